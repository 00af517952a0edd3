"""What happened that concerns somebody, who has read it, and who wants it mailed."""

from django.db import models

from tocsin.access.models import Person
from tocsin.constituency.models import Organisation
from tocsin.notices.rules import DEFAULT


class Notice(models.Model):
    """Something that happened, for an organisation's people; without one for the staff.

    `kind`: see `rules.Kind`, which says for which roles.  `subject`: a ticket, a threat's id or a
    number, as the kind has it.  `data`: what its words need, no personal data.  `once`: with the
    same text it is not written a second time.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=32)
    subject = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)
    once = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "notice"
        indexes = [
            models.Index(fields=["organisation", "id"], name="notice_whose"),
            models.Index(fields=["at"], name="notice_when"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "once"],
                condition=~models.Q(once=""),
                nulls_distinct=False,
                name="notice_once",
            )
        ]


class NoticeReader(models.Model):
    """That somebody has read a notice, or has been mailed it."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice_reader"
        constraints = [
            models.UniqueConstraint(fields=["person", "notice"], name="notice_reader_once")
        ]


class NoticeWish(models.Model):
    """How often somebody is mailed: see `rules.Mail`; without a row, daily."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    mail = models.CharField(max_length=16, default=DEFAULT.value)

    class Meta:
        db_table = "notice_wish"
