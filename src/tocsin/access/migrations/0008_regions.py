import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.database.guard import guard_staff, narrow, narrow_organisations


class Migration(migrations.Migration):
    dependencies = [("access", "0007_api_tokens"), ("constituency", "0006_joining")]

    operations = [
        migrations.CreateModel(
            name="PersonRegion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ("region", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to="constituency.region")),
            ],
            options={
                "db_table": "person_region",
                "constraints": [models.UniqueConstraint(fields=("person", "region"), name="person_region_once")],
            },
        ),
        guard_staff("person_region"),
        narrow_organisations(),
        narrow("contact"),
    ]
