from django.db import migrations

from tocsin.database.guard import guard, guard_staff


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        guard("person"),
        guard_staff("sign_in_link"),
    ]
