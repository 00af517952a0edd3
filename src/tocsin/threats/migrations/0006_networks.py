from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "sql" / "networks.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("threats", "0005_affected")]

    operations = [migrations.RunSQL(SQL, "DROP INDEX threat_network")]
