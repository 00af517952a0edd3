from pathlib import Path

from django.db import migrations

from tocsin.database.guard import guard, visible

SQL = (Path(__file__).parent.parent / "sql" / "schema.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("threats", "0001_initial")]

    operations = [
        migrations.RunSQL(SQL.replace("{visible}", visible().replace("'", "''"))),
        guard("threat"),
        guard("threat_change"),
        guard("daily_count"),
    ]
