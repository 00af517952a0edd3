from django.db import migrations, models


class Migration(migrations.Migration):
    """Reports and days as pages list them, and the file that a sealed copy is of."""

    dependencies = [("intake", "0005_read_again")]

    operations = [
        migrations.AddIndex(
            "report", models.Index(fields=["-day", "-id"], name="report_latest")
        ),
        migrations.AddIndex("feedday", models.Index(fields=["day"], name="feed_day_day")),
        migrations.AddIndex(
            "feedday", models.Index(fields=["feed", "day"], name="feed_day_feed")
        ),
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
