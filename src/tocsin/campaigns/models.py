"""Lists that come once, from their upload to what they came to."""

from django.db import models

from tocsin.intake.models import Report


class Campaign(models.Model):
    """One file, and how it is to be told.

    `state`: draft, confirmed (the file is being taken), taken, refused.  `content`: the file,
    compressed and sealed, until it is taken.  `columns`: `rules.Columns` as JSON.  `kind`: the
    name of its kind, which `words` describe (`kinds.actions.Description`) until it is confirmed.
    `tried`: what the last trial came to.  `ended_at`: when its threats' window was over.
    """

    name = models.TextField()
    state = models.CharField(max_length=16, default="draft")
    file = models.TextField()
    digest = models.BinaryField()
    size = models.BigIntegerField()
    content = models.BinaryField(default=b"")
    tlp = models.CharField(max_length=16, default="AMBER")
    columns = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    tried = models.JSONField(default=dict)
    kind = models.CharField(max_length=64, blank=True, default="")
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True)
    outcome = models.TextField(blank=True, default="")
    made_by = models.TextField()
    made_at = models.DateTimeField()
    confirmed_by = models.TextField(blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "campaign"

    @property
    def refused(self) -> int:
        """Rows that the last trial could not use."""
        return int(self.tried.get("rows", 0)) - int(self.tried.get("observations", 0))
