from django.db import migrations

from tocsin.database.guard import guard


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]

    operations = [
        guard("webhook"),
        guard("webhook_event"),
        guard("webhook_delivery"),
        guard("webhook_attempt"),
    ]
