import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.database.guard import guard

STAFF = ["analyst", "auditor", "authoriser", "case_officer", "protect_officer"]
MEMBERS = ["owner", "abuse_desk", "reader"]
ROLES = [
    (role, role.replace("_", " ").title())
    for role in ("analyst", "case_officer", "authoriser", "protect_officer", "auditor", *MEMBERS)
]


class Migration(migrations.Migration):
    """People are invited, and those who stay away are found."""

    dependencies = [("access", "0005_guard_sign_in"), ("constituency", "0005_refused_list_row")]

    operations = [
        migrations.AddField("person", "last_seen_at", models.DateTimeField(null=True)),
        migrations.AddField("person", "dormant_told_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "person",
            "closed_for",
            models.CharField(
                max_length=16, blank=True, default="",
                choices=[("suspended", "Suspended"), ("dormant", "Dormant")],
            ),
        ),
        migrations.CreateModel(
            "Invitation",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True,
                                           verbose_name="ID")),
                ("digest", models.BinaryField(unique=True, null=True)),
                ("email", models.EmailField(max_length=254)),
                ("role", models.CharField(max_length=16, choices=ROLES)),
                ("organisation", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE,
                    to="constituency.organisation")),
                ("invited_by", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.SET_NULL,
                    to=settings.AUTH_USER_MODEL)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "invitation",
                "constraints": [
                    models.CheckConstraint(
                        name="invitation_staff_or_member",
                        condition=models.Q(role__in=STAFF, organisation__isnull=True)
                        | models.Q(role__in=MEMBERS, organisation__isnull=False),
                    )
                ],
            },
        ),
        guard("invitation"),
    ]
