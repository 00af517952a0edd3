"""Counts for those who oversee: by month, and by nothing that names anybody."""

from django.db import models


class MonthlyCount(models.Model):
    """How often something happened in a month.  Kept exactly; shown by `disclosure` only.

    `topic` and `measure`: see `rules`.  `value`: which kind, sector and so on, empty where it is
    not known.  `organisations`: how many it happened to.
    """

    month = models.DateField()
    topic = models.CharField(max_length=24)
    value = models.CharField(max_length=64, blank=True, default="")
    measure = models.CharField(max_length=16)
    count = models.BigIntegerField()
    organisations = models.IntegerField()

    class Meta:
        db_table = "monthly_count"
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "measure", "month", "value"], name="monthly_count_once"
            )
        ]
