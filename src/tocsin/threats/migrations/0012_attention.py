from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "sql" / "attention.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("threats", "0011_reminded")]

    operations = [migrations.RunSQL(SQL, "DROP INDEX threat_attention, threat_told")]
