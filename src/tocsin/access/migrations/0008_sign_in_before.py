from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0007_api_tokens")]

    operations = [
        migrations.AddField(
            model_name="signinsession",
            name="before_at",
            field=models.DateTimeField(null=True),
        ),
    ]
