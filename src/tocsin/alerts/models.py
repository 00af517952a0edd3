"""Alerts, what they told, how they left, and what organisations wish."""

from django.db import models

from tocsin.answers.models import Delegation
from tocsin.constituency.models import Contact, Organisation


class Alert(models.Model):
    """What one organisation was told at one moment, frozen when composed.

    `content`: `content.AlertContent` with the first rows of each kind, as JSON; `csv`: the
    complete file; both compressed with zstd.  `delegation`: whose contact it was for instead.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    ticket = models.CharField(max_length=32, unique=True)
    composed_at = models.DateTimeField()
    tlp = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    new = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    reminders = models.IntegerField(default=0)
    conflicts = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    delegation = models.ForeignKey(Delegation, on_delete=models.SET_NULL, null=True)
    content = models.BinaryField(default=b"")
    csv = models.BinaryField()
    immediate = models.BooleanField(default=False)

    class Meta:
        db_table = "alert"
        indexes = [models.Index(fields=["organisation", "composed_at"], name="alert_when")]

    @property
    def threats(self) -> int:
        return self.new + self.reopened + self.reminders + self.conflicts + self.rejected


class AlertThreat(models.Model):
    """A threat told in an alert; `reason`: new, reopened, conflict, rejected, reminder."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, db_constraint=False)
    kind_id = models.SmallIntegerField()
    key = models.UUIDField()
    reason = models.CharField(max_length=16)

    class Meta:
        db_table = "alert_threat"
        indexes = [models.Index(fields=["kind_id", "key"], name="alert_threat_threat")]


class Delivery(models.Model):
    """An alert leaving by one channel to one recipient; `docs/explanation/deliveries.md`.

    `state`: queued, sending, sent; uncertain (a crash fell between acceptance and our record);
    held (`reason` says why); failed; bounced.  `number` counts an alert's deliveries: 2 goes to
    the fallback contact.  `next_attempt_at` empty: not by itself any more.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    channel = models.CharField(max_length=16, default="mail")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True)
    recipient = models.TextField(blank=True, default="")
    message_id = models.TextField(unique=True)
    state = models.CharField(max_length=16, default="queued")
    reason = models.TextField(blank=True, default="")
    number = models.SmallIntegerField(default=1)
    attempts = models.IntegerField(default=0)
    uncertainties = models.SmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery"
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="delivery_due")]
        constraints = [
            models.UniqueConstraint(fields=["alert", "channel", "number"], name="delivery_once")
        ]


class DeliveryAttempt(models.Model):
    """What happened to a delivery, in order; `outcome`: started, sent, deferred, refused,
    uncertain, held, bounced, delayed, resent."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    detail = models.TextField(blank=True, default="")

    class Meta:
        db_table = "delivery_attempt"


class IncomingMail(models.Model):
    """A mail that came to our mailbox, by its SHA-256: it is handled once.

    `became`: see `incoming.Became`.  `mail` is compressed with zstd, and empty where nothing in
    it is needed any more.  `settled_at` empty: a person has to look at it.  `message_id` and
    `said`, the digest of what an answer says, know an answer again that comes in another wrapping.
    """

    digest = models.BinaryField(unique=True)
    at = models.DateTimeField()
    became = models.CharField(max_length=16)
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True)
    sender = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="")
    detail = models.TextField(blank=True, default="")
    message_id = models.TextField(blank=True, default="")
    said = models.BinaryField(default=b"")
    mail = models.BinaryField(default=b"")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "incoming_mail"
        indexes = [
            models.Index(
                fields=["id"], name="incoming_mail_open", condition=models.Q(settled_at=None)
            )
        ]


class AlertComment(models.Model):
    """Plain words about an alert, for people to read; they change no threat.  `by`: whose address
    or name."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    at = models.DateTimeField()
    by = models.TextField()
    via = models.CharField(max_length=8)
    text = models.TextField()

    class Meta:
        db_table = "alert_comment"


class RefusedAnswer(models.Model):
    """A row or file of an answer that was not taken, and why; `handed_in`: what came together.

    `reason`: see `replies.refusals.Refusal`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, null=True)
    handed_in = models.UUIDField()
    at = models.DateTimeField()
    via = models.CharField(max_length=8)
    file = models.TextField(blank=True, default="")
    row = models.IntegerField(default=0)
    threat = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=32)
    detail = models.TextField(blank=True, default="")

    class Meta:
        db_table = "refused_answer"
        indexes = [models.Index(fields=["handed_in", "id"], name="refused_answer_together")]


class Receipt(models.Model):
    """What we write back to somebody whose answer came by mail: what was taken and what not.

    `mail`: as it leaves, compressed with zstd, emptied once it has.  `state`: queued, sending,
    sent, failed; one that was being sent when the sender died leaves once more, under the same
    Message-ID.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    recipient = models.TextField()
    message_id = models.TextField(unique=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=16, default="queued")
    attempts = models.SmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    mail = models.BinaryField(default=b"")

    class Meta:
        db_table = "receipt"
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="receipt_due",
                condition=models.Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["recipient", "at"], name="receipt_recent"),
        ]


class Preference(models.Model):
    """How an organisation wants its alerts; without a row: one digest a day to its contacts.

    `rhythm`: daily, weekly (on `weekday`, 0 is Monday), immediate (nothing but what is at once).
    `immediate_from`: the severity from which news do not wait for the digest, or never.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True)
    rhythm = models.CharField(max_length=16, default="daily")
    weekday = models.SmallIntegerField(default=0)
    format = models.CharField(max_length=16, default="html")
    immediate_from = models.CharField(max_length=16, default="critical")

    class Meta:
        db_table = "preference"


class Mute(models.Model):
    """What an organisation does not want to be told; an empty field means any."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    kind = models.CharField(max_length=64, blank=True, default="")
    rsit_class = models.CharField(max_length=64, blank=True, default="")
    severity = models.CharField(max_length=16, blank=True, default="")
    feed = models.CharField(max_length=64, blank=True, default="")
    prefix = models.TextField(blank=True, default="")
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "mute"


class Inhibition(models.Model):
    """What the authority holds back, and why; an empty field means any."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=64, blank=True, default="")
    feed = models.CharField(max_length=64, blank=True, default="")
    prefix = models.TextField(blank=True, default="")
    reason = models.TextField()
    made_by = models.TextField()
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "inhibition"
