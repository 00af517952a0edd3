from django.db import migrations, models

# What stays open through both reminders: few, and found by organisation, the longest first.
INDEX = """
CREATE INDEX threat_reminded ON threat (organisation_id, alerted_at, key)
WHERE reminders >= 2 AND reminders < 100 AND notice = 0 AND state IN (1, 3, 4)"""


class Migration(migrations.Migration):
    dependencies = [("threats", "0010_fix_times")]

    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX threat_reminded"),
        migrations.AddIndex("dailycount", models.Index(fields=["day"], name="daily_count_day")),
    ]
