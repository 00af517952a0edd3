"""What is remembered about the sources from run to run."""

from django.db import models


class FetchSource(models.Model):
    """A source by its name in sources.toml.  `facts`: such as the ETag of what was last taken."""

    name = models.CharField(max_length=50, unique=True)
    facts = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failures = models.JSONField(default=list)

    class Meta:
        app_label = "intake"
        db_table = "fetch_source"


class FetchedItem(models.Model):
    """Something that a source offered and that was ingested; `key` never holds a credential."""

    source = models.ForeignKey(FetchSource, on_delete=models.CASCADE)
    key = models.CharField(max_length=32)
    name = models.TextField()
    taken_at = models.DateTimeField()
    refused = models.BigIntegerField(default=0)

    class Meta:
        app_label = "intake"
        db_table = "fetched_item"
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="fetched_once")]
