from django.db import migrations

from tocsin.database.guard import guard


class Migration(migrations.Migration):
    dependencies = [("constituency", "0001_initial")]

    operations = [
        guard("organisation", "id"),
        guard("contact"),
        guard("asset"),
        migrations.RunSQL("INSERT INTO asset_generation (number) VALUES (0)", ""),
    ]
