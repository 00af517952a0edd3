"""The plain log of who did what: rows are added, never changed (the role may not)."""

from django.db import models


class Entry(models.Model):
    """`subject` names a thing by its id; no personal data goes in.  `about`: the number of the
    organisation whose data, people or duties it changed, which may be gone by now."""

    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    subject = models.TextField(blank=True, default="")
    about = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["actor", "-id"], name="audit_entry_who"),
            models.Index(fields=["action", "-id"], name="audit_entry_what"),
            models.Index(fields=["about", "-id"], name="audit_entry_whose"),
            models.Index(fields=["at"], name="audit_entry_when"),
        ]
