import django.db.models.deletion
from django.db import migrations, models

from tocsin.database.guard import guard


class Migration(migrations.Migration):
    """Threats by organisation, state and kind, as a job counts them."""

    dependencies = [
        ("constituency", "0006_joining"),
        ("threats", "0008_nobodys_network"),
    ]

    operations = [
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("whole", models.BooleanField(default=False)),
                ("current", models.BigIntegerField(default=0)),
                ("states", models.JSONField(default=dict)),
                ("kinds", models.JSONField(default=dict)),
                ("ended", models.JSONField(default=dict)),
                ("days", models.JSONField(default=dict)),
                ("counted_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="constituency.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "standing",
                "indexes": [
                    models.Index(fields=["-current", "organisation"], name="standing_most"),
                    models.Index(fields=["-whole", "id"], name="standing_whole"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "whole"),
                        name="standing_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        guard("standing"),
    ]
