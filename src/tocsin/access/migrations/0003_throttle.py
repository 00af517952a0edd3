from django.db import migrations, models

from tocsin.database.guard import guard_staff


class Migration(migrations.Migration):
    dependencies = [("access", "0002_guard")]

    operations = [
        migrations.CreateModel(
            name="Throttle",
            fields=[
                ("bucket", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("used", models.IntegerField()),
            ],
            options={"db_table": "throttle"},
        ),
        guard_staff("throttle"),
    ]
