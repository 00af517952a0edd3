"""What organisations said, what they dispute, and whom they let answer for them."""

from django.db import models

from tocsin.constituency.models import Organisation


class Answer(models.Model):
    """One statement on one threat; rows are added, never changed (the role may not).

    `since`: from when it is said to be fixed.  `at`: when it was said.  `effect`: see
    `rules.Effect`.  `alert_id`: the alert that it answers.  `submission`: what came together;
    a later row of it with the statement `rules.TAKEN_BACK` takes back the one before.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    kind_id = models.SmallIntegerField()
    key = models.UUIDField()
    statement = models.CharField(max_length=16)
    comment = models.TextField(blank=True, default="")
    since = models.DateTimeField(null=True)
    at = models.DateTimeField()
    via = models.CharField(max_length=8)
    name = models.TextField()
    person_id = models.BigIntegerField(null=True)
    delegation_id = models.BigIntegerField(null=True)
    alert_id = models.BigIntegerField(null=True)
    submission = models.UUIDField()
    effect = models.CharField(max_length=16)

    class Meta:
        db_table = "answer"
        indexes = [
            models.Index(fields=["key", "organisation", "id"], name="answer_threat"),
            models.Index(fields=["organisation", "at"], name="answer_when"),
        ]


class Before(models.Model):
    """How a threat was before an answer that can still be taken back; kept for `rules.UNDO_FOR`.

    `was`: what the answer changed, nothing where that is nothing; `stands`: how it left them.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, db_index=False)
    submission = models.UUIDField()
    kind_id = models.SmallIntegerField()
    key = models.UUIDField()
    at = models.DateTimeField(db_index=True)
    was = models.JSONField(null=True)
    stands = models.JSONField(null=True)

    class Meta:
        db_table = "answer_before"
        indexes = [
            models.Index(
                fields=["organisation", "submission", "kind_id", "key"], name="answer_before_what"
            )
        ]


class Dispute(models.Model):
    """A threat that its organisation says is not theirs, or no threat; at most one is open.

    `feed`: that of its latest report when it was opened.  `verdict`: empty while it is open; see
    `rules.Verdict`, and `withdrawn` or `moved` where an answer ended it.  `until`: how long a
    confirmed false positive stays dismissed; `ended_at`: when that was over.  Where it was
    assigned to is not in here but in the log: the organisation may read this row.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    kind_id = models.SmallIntegerField()
    key = models.UUIDField()
    statement = models.CharField(max_length=16)
    opened_at = models.DateTimeField()
    feed = models.CharField(max_length=64, blank=True, default="")
    verdict = models.CharField(max_length=16, blank=True, default="")
    decided_by = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dispute"
        indexes = [
            models.Index(fields=["kind_id", "key"], name="dispute_threat"),
            models.Index(
                fields=["until"],
                name="dispute_until",
                condition=models.Q(until__isnull=False, ended_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind_id", "key"], name="dispute_open", condition=models.Q(verdict="")
            )
        ]


class Delegation(models.Model):
    """A part of an organisation's assets whose threats its own customer's contact is told of.

    `value` is a prefix, a domain or an `@` with an e-mail domain, as `Asset` has them.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    form = models.CharField(max_length=16)
    value = models.TextField()
    name = models.TextField()
    email = models.EmailField()
    language = models.CharField(max_length=8, default="en")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    ended_by = models.TextField(blank=True, default="")

    class Meta:
        db_table = "delegation"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "value"],
                name="delegation_once",
                condition=models.Q(valid_to=None),
            )
        ]
