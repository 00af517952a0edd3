from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("threats", "0006_networks")]

    operations = [
        migrations.AddIndex(
            "threatchange",
            models.Index(fields=["kind", "key", "id"], name="threat_change_threat"),
        ),
        migrations.RemoveConstraint("threatchange", "threat_change_once"),
    ]
