from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "sql" / "affected.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("threats", "0004_claims")]

    operations = [migrations.RunSQL(SQL, "DROP INDEX threat_address, threat_domain")]
