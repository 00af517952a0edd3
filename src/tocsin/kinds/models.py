"""What an installation says of kinds in place of, or beside, the files that come with Tocsin.

Rows of both tables are added and never changed: the latest of a kind (and language) holds.
"""

from django.db import models


class KindWording(models.Model):
    """The authority's own words for a kind in one language; all empty: the shipped ones again."""

    kind = models.CharField(max_length=64)
    language = models.CharField(max_length=16)
    title = models.TextField(blank=True, default="")
    what = models.TextField(blank=True, default="")
    risk = models.TextField(blank=True, default="")
    fix = models.TextField(blank=True, default="")
    how_to_check = models.TextField(blank=True, default="")
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "kind_wording"
        indexes = [models.Index(fields=["kind", "language", "id"], name="kind_wording_latest")]


class KindFacts(models.Model):
    """`severity`: what a kind's observations have that say none; empty: as shipped.

    With an `rsit_class` the row is a kind of its own, which no file describes.  `like`: the shipped
    kind whose words it has where it has none itself.
    """

    kind = models.CharField(max_length=64)
    severity = models.CharField(max_length=16, blank=True, default="")
    rsit_class = models.CharField(max_length=64, blank=True, default="")
    type = models.CharField(max_length=64, blank=True, default="")
    window_days = models.IntegerField(default=0)
    like = models.CharField(max_length=64, blank=True, default="")
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "kind_facts"
