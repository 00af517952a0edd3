from django.db import migrations

from tocsin.database.guard import guard


class Migration(migrations.Migration):
    dependencies = [("answers", "0001_tables"), ("threats", "0004_claims")]

    operations = [guard("answer"), guard("dispute"), guard("delegation")]
