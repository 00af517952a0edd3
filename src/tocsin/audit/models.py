"""The plain log of who did what: rows are added, never changed (the role may not)."""

from django.db import models


class Entry(models.Model):
    """`subject` names a thing by its id; no personal data goes in."""

    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    subject = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_entry"
