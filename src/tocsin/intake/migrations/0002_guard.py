from django.db import migrations

from tocsin.database.guard import guard_staff


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        guard_staff("feed"),
        guard_staff("report"),
        guard_staff("refused_row"),
        guard_staff("feed_day"),
    ]
