from django.db import migrations

from tocsin.database.guard import guard


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]

    operations = [
        guard("alert"),
        guard("alert_threat"),
        guard("delivery"),
        guard("delivery_attempt"),
        guard("preference"),
        guard("mute"),
        guard("inhibition"),
    ]
