from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("answers", "0002_guard")]

    operations = [
        migrations.AddIndex(
            "answer", models.Index(fields=["organisation", "at"], name="answer_when")
        )
    ]
