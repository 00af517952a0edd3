from django.db import migrations, models

from tocsin.database.guard import guard_staff

SQL = """
-- The network that a threat without an organisation is counted in.
CREATE FUNCTION tocsin_network(address inet) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT network(set_masklen(address, least(
        masklen(address), CASE family(address) WHEN 4 THEN 24 ELSE 48 END)))::text
$$;
"""


class Migration(migrations.Migration):
    """Networks that nobody answers for, as a job counts them."""

    dependencies = [("threats", "0007_every_change")]

    operations = [
        migrations.CreateModel(
            name="NobodysNetwork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=16)),
                ("value", models.TextField(unique=True)),
                ("asn", models.BigIntegerField(default=0)),
                ("threats", models.BigIntegerField(default=0)),
                ("severe", models.BigIntegerField(default=0)),
                ("kinds", models.JSONField(default=list)),
                ("first_seen", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                ("beside", models.JSONField(default=list)),
                ("moved", models.JSONField(default=list)),
                ("denied", models.JSONField(default=list)),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "db_table": "nobodys_network",
                "indexes": [models.Index(fields=["-threats", "id"], name="nobodys_most")],
            },
        ),
        guard_staff("nobodys_network"),
        migrations.RunSQL(SQL, "DROP FUNCTION tocsin_network(inet)"),
    ]
