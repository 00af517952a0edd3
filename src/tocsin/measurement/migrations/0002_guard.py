from django.db import migrations

from tocsin.database.guard import guard_staff


class Migration(migrations.Migration):
    dependencies = [("measurement", "0001_initial")]

    operations = [guard_staff("monthly_count")]
