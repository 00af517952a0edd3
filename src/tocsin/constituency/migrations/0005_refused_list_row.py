from django.db import migrations, models

from tocsin.database.guard import guard_staff


class Migration(migrations.Migration):
    """What imports of lists refuse is kept."""

    dependencies = [("constituency", "0004_region_contact")]

    operations = [
        migrations.CreateModel(
            "RefusedListRow",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True,
                                           verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("source", models.TextField()),
                ("file", models.TextField()),
                ("line", models.BigIntegerField()),
                ("reason", models.CharField(max_length=64)),
                ("detail", models.TextField(blank=True, default="")),
                ("text", models.TextField(blank=True, default="")),
                ("refused_at", models.DateTimeField()),
            ],
            options={
                "db_table": "refused_list_row",
                "indexes": [models.Index(fields=["kind", "source"], name="refused_list_source")],
            },
        ),
        guard_staff("refused_list_row"),
    ]
