from django.db import migrations

from tocsin.database.guard import guard


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        guard("notice"),
        guard("notice_reader"),
        guard("notice_wish"),
    ]
