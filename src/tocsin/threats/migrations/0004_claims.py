from pathlib import Path

from django.db import migrations, models

SQL = (Path(__file__).parent.parent / "sql" / "claims.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("threats", "0003_generation")]

    operations = [
        migrations.AddField("threat", "claimed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(
            SQL,
            "DROP INDEX threat_claimed, threat_past; ALTER TABLE threat DROP COLUMN claimed_at",
        ),
    ]
