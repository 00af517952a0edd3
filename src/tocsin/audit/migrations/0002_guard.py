from django.db import migrations

from tocsin.database.guard import guard_staff


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        guard_staff("audit_entry"),
    ]
