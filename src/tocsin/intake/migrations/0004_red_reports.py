from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_fetch")]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("tlp", "RED")), fields=["id"], name="report_red"
            ),
        )
    ]
