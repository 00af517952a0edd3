from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("threats", "0002_schema")]

    operations = [
        migrations.AddField("threatkind", "generation", models.BigIntegerField(null=True)),
        migrations.RunSQL("UPDATE threat_kind SET generation = 0", ""),
    ]
