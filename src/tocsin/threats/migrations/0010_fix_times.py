import django.db.models.deletion
from django.db import migrations, models

from tocsin.database.guard import guard, guard_staff

QUARTILES = [(name, models.FloatField()) for name in ("lower", "middle", "upper")]
NUMBER = ("id", models.BigAutoField(
    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
))


class Migration(migrations.Migration):
    dependencies = [("threats", "0009_standing")]

    operations = [
        migrations.CreateModel(
            "FixTime",
            [
                NUMBER,
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="constituency.organisation"
                    ),
                ),
                ("month", models.DateField()),
                ("threats", models.IntegerField()),
                *QUARTILES,
            ],
            options={"db_table": "fix_time"},
        ),
        migrations.CreateModel(
            "PeerFixTime",
            [
                NUMBER,
                ("kind", models.CharField(max_length=32)),
                ("month", models.DateField()),
                ("organisations", models.IntegerField()),
                *QUARTILES,
            ],
            options={"db_table": "peer_fix_time"},
        ),
        migrations.AddConstraint(
            "fixtime",
            models.UniqueConstraint(fields=["organisation", "month"], name="fix_time_once"),
        ),
        migrations.AddConstraint(
            "peerfixtime",
            models.UniqueConstraint(fields=["kind", "month"], name="peer_fix_time_once"),
        ),
        guard("fix_time"),
        guard_staff("peer_fix_time"),
    ]
