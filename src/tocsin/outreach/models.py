"""Whom a protect officer should see, what came of it, and how organisations assess themselves."""

from django.db import models

from tocsin.access.models import Person
from tocsin.constituency.models import Organisation, Region
from tocsin.threats.models import ThreatKind


class VisitScore(models.Model):
    """What a visit would change at an organisation, in points, with the reasons.

    `reasons`: of `rules.Reason`, as JSON, the most points first.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True)
    points = models.SmallIntegerField()
    reasons = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta:
        db_table = "visit_score"
        indexes = [models.Index(fields=["-points", "organisation"], name="visit_score_order")]


class RegionCount(models.Model):
    """Threats of all organisations of a region by kind and day: sums of `DailyCount`."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, db_constraint=False)
    kind = models.ForeignKey(ThreatKind, on_delete=models.PROTECT, db_constraint=False)
    day = models.DateField()
    threats = models.BigIntegerField()

    class Meta:
        db_table = "region_count"
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "day"], name="region_count_once")
        ]


class Way(models.TextChoices):
    """How an officer meets an organisation."""

    VISIT = "visit"
    CALL = "call"
    LETTER = "letter"
    WORKSHOP = "workshop"


class Engagement(models.Model):
    """A protect officer's contact with an organisation.  `day`: when it is planned, or was.

    `talked_about`: no judgement of what came of it, which observations show.  `followed_up_at`:
    when somebody looked at what came of it; `cancelled_at`: it did not take place.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    way = models.CharField(max_length=16, choices=Way.choices)
    day = models.DateField()
    talked_about = models.TextField(blank=True, default="")
    follow_up_on = models.DateField(null=True)
    followed_up_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "engagement"
        indexes = [
            models.Index(fields=["organisation", "-day"], name="engagement_when"),
            models.Index(
                fields=["follow_up_on"],
                name="engagement_to_follow_up",
                condition=models.Q(followed_up_at=None, cancelled_at=None),
            ),
        ]


class AgreedAction(models.Model):
    """What the organisation will do.  `kind`: the name of the kind of threat that it should make
    fewer, whose counts are then shown with it; empty for all."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    text = models.TextField()
    kind = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "agreed_action"


class ControlAnswer(models.Model):
    """What an organisation says of one question on a control; `answer`: see `controls.Says`.

    Rows are added; the latest of each question counts.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    question = models.CharField(max_length=64)
    answer = models.CharField(max_length=16)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)

    class Meta:
        db_table = "control_answer"
        indexes = [
            models.Index(fields=["organisation", "question", "-id"], name="control_answer_latest")
        ]
