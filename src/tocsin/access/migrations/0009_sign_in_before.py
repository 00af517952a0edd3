from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0008_regions")]

    operations = [
        migrations.AddField(
            model_name="signinsession",
            name="before_at",
            field=models.DateTimeField(null=True),
        ),
    ]
