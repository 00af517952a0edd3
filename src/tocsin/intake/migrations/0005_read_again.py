from django.db import migrations, models

# Rows are guarded even from their table's owner.
REASONS = """
SELECT set_config('tocsin.staff', 'on', true);
UPDATE report SET reasons = counted.reasons FROM (
    SELECT report_id, jsonb_object_agg(reason, number) AS reasons
    FROM (
        SELECT report_id, reason, count(*) AS number FROM refused_row
        WHERE report_id IS NOT NULL GROUP BY report_id, reason
    ) one
    GROUP BY report_id
) counted
WHERE report.id = counted.report_id;
SELECT set_config('tocsin.staff', '', true);
"""


class Migration(migrations.Migration):
    """What is needed to read again what was refused, and to believe a short day."""

    dependencies = [("intake", "0004_red_reports")]

    operations = [
        migrations.AddField("report", "reasons", models.JSONField(default=dict)),
        migrations.AddField("report", "mail", models.JSONField(default=dict)),
        migrations.AddField("refusedrow", "raw", models.TextField(blank=True, default="")),
        migrations.AddField(
            "refusedrow", "feed", models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.AddField("refusedrow", "mail", models.JSONField(default=dict)),
        migrations.AddField("feedday", "real_by", models.TextField(blank=True, default="")),
        migrations.AddField("feedday", "real_at", models.DateTimeField(null=True)),
        migrations.RunSQL(REASONS, ""),
    ]
