"""Feeds, the reports they delivered, what was refused of them, and their health by day."""

from django.db import models

from tocsin.intake.fetch.models import FetchedItem, FetchSource

__all__ = ["Feed", "FeedDay", "FetchSource", "FetchedItem", "RefusedRow", "Report"]


class Feed(models.Model):
    """A source of reports; what it is like stands in its feed.toml, here is what happened."""

    name = models.CharField(max_length=64, unique=True)
    enabled = models.BooleanField(default=True)
    last_report_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "feed"


class Report(models.Model):
    """One delivered file, known by the SHA-256 of its content.

    `rows` = `observations` + `refused`.  `segments`: the observations' Parquet files, one a kind,
    as paths below TOCSIN_HOME; `raw`: the sealed copy of the file as it came.
    `stream`: which of a feed's parallel deliveries (one a filter) the file belongs to.
    `reasons`: how many rows were refused for which reason.  `mail`: see `intake.resealed`.
    """

    digest = models.BinaryField(unique=True)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT)
    name = models.TextField()
    kinds = models.JSONField(default=list)
    stream = models.TextField(blank=True, default="")
    day = models.DateField()
    received_at = models.DateTimeField()
    rows = models.BigIntegerField(default=0)
    observations = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    unattributed = models.BigIntegerField(default=0)
    threats_new = models.BigIntegerField(default=0)
    threats_reopened = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    tlp = models.CharField(max_length=16, default="AMBER")
    notes = models.JSONField(default=list)
    segments = models.JSONField(default=dict)
    raw = models.TextField(blank=True, default="")
    reasons = models.JSONField(default=dict)
    mail = models.JSONField(default=dict)

    class Meta:
        db_table = "report"
        indexes = [
            models.Index(fields=["day"], name="report_refused", condition=models.Q(refused__gt=0)),
            models.Index(fields=["feed", "day"], name="report_feed_day"),
            models.Index(fields=["-day", "-id"], name="report_latest"),
            models.Index(fields=["id"], name="report_red", condition=models.Q(tlp="RED")),
        ]


class RefusedRow(models.Model):
    """A row (or a whole file: `report` empty) that was not taken, and why.

    Of a whole file: `raw`, its sealed copy, if it could be read at all, as a path below
    TOCSIN_HOME; `feed`, if one knew it; `mail`: see `intake.resealed`.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True)
    file = models.TextField()
    line = models.BigIntegerField()
    reason = models.CharField(max_length=64)
    detail = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    refused_at = models.DateTimeField()
    raw = models.TextField(blank=True, default="")
    feed = models.CharField(max_length=64, blank=True, default="")
    mail = models.JSONField(default=dict)

    class Meta:
        db_table = "refused_row"
        indexes = [
            models.Index(
                fields=["raw"], name="refused_file_raw", condition=models.Q(report__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "line", "reason"],
                condition=models.Q(report__isnull=True),
                name="refused_file_once",
            )
        ]


class FeedDay(models.Model):
    """What one stream of one kind delivered for one day.

    `state`: healthy, short (fewer rows than usual), refused (too many rows refused).  A day
    without a row here delivered nothing, which proves nothing either.  `real_by`: the analyst
    who said that a short day is what there was; it then counts as healthy.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE)
    kind = models.CharField(max_length=64)
    stream = models.TextField(blank=True, default="")
    day = models.DateField()
    rows = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    usual = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16)
    swept = models.BooleanField(default=False, help_text="threats' states take this day in")
    real_by = models.TextField(blank=True, default="")
    real_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "feed_day"
        indexes = [
            models.Index(fields=["day"], name="feed_day_day"),
            models.Index(fields=["feed", "day"], name="feed_day_feed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["feed", "kind", "stream", "day"], name="feed_day_once")
        ]
