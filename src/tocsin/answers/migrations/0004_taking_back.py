import django.db.models.deletion
from django.db import migrations, models

from tocsin.database.guard import guard


class Migration(migrations.Migration):
    dependencies = [
        ("answers", "0003_answer_when"),
        ("constituency", "0006_joining"),
    ]

    operations = [
        migrations.CreateModel(
            name="Before",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("submission", models.UUIDField()),
                ("kind_id", models.SmallIntegerField()),
                ("key", models.UUIDField()),
                ("at", models.DateTimeField(db_index=True)),
                ("was", models.JSONField(null=True)),
                ("stands", models.JSONField(null=True)),
                ("organisation", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="constituency.organisation")),
            ],
            options={
                "db_table": "answer_before",
                "indexes": [models.Index(fields=["organisation", "submission", "kind_id", "key"], name="answer_before_what")],
            },
        ),
        guard("answer_before"),
    ]
