from django.db import migrations, models


class Migration(migrations.Migration):
    """Reports with refused rows, and the file that a sealed copy is of."""

    dependencies = [("intake", "0005_read_again")]

    operations = [
        migrations.AddIndex(
            "report",
            models.Index(
                condition=models.Q(("refused__gt", 0)), fields=["day"], name="report_refused"
            ),
        ),
        migrations.AddIndex(
            "refusedrow",
            models.Index(
                condition=models.Q(("report__isnull", True)), fields=["raw"],
                name="refused_file_raw",
            ),
        ),
    ]
