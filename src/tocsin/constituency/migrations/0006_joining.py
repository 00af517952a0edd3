import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tocsin.database.guard import guard


def number() -> models.BigAutoField:
    return models.BigAutoField(
        primary_key=True, serialize=False, auto_created=True, verbose_name="ID"
    )


def owned() -> models.ForeignKey:
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.CASCADE, to="constituency.organisation"
    )


def below(target: str) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, to=f"constituency.{target}"
    )


class Migration(migrations.Migration):
    """Operators apply and prove what they claim; contacts are confirmed and expire.

    An application without an organisation is the authority's alone to see.
    """

    dependencies = [("constituency", "0005_refused_list_row")]

    operations = [
        migrations.AddField(
            "contact",
            "created_at",
            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField("contact", "pending", models.BooleanField(default=False)),
        migrations.AddField(
            "contact",
            "replaces",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="constituency.contact",
            ),
        ),
        migrations.AddField("contact", "asked_at", models.DateTimeField(null=True)),
        migrations.AddField("contact", "reminded_at", models.DateTimeField(null=True)),
        migrations.AddField("contact", "unconfirmed_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            "Application",
            [
                ("id", number()),
                ("organisation", owned()),
                ("name", models.TextField()),
                ("kind", models.CharField(max_length=32, default="other")),
                ("region", models.CharField(max_length=32, blank=True, default="")),
                ("sector", models.CharField(max_length=64, blank=True, default="")),
                ("email", models.EmailField(max_length=254)),
                ("message", models.TextField(blank=True, default="")),
                ("digest", models.BinaryField(unique=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "application"},
        ),
        migrations.CreateModel(
            "Claim",
            [
                ("id", number()),
                ("application", below("application")),
                ("organisation", owned()),
                ("form", models.CharField(max_length=16)),
                ("value", models.TextField()),
                ("decision", models.CharField(max_length=16, blank=True, default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "claim",
                "constraints": [
                    models.UniqueConstraint(fields=["application", "value"], name="claim_once")
                ],
            },
        ),
        migrations.CreateModel(
            "Proof",
            [
                ("id", number()),
                ("claim", below("claim")),
                ("organisation", owned()),
                ("method", models.CharField(max_length=16)),
                ("state", models.CharField(max_length=16, default="waiting")),
                ("target", models.TextField(blank=True, default="")),
                ("detail", models.TextField(blank=True, default="")),
                ("token", models.CharField(max_length=64, blank=True, default="")),
                ("digest", models.BinaryField(null=True, db_index=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("proven_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "proof",
                "constraints": [
                    models.UniqueConstraint(fields=["claim", "method"], name="proof_once")
                ],
            },
        ),
        guard("application"),
        guard("claim"),
        guard("proof"),
    ]
