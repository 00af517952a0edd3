"""The threat's state, its changes, and counts by day.  The tables are made in SQL (partitions)."""

from django.db import models

from tocsin.constituency.models import Organisation


class ThreatKind(models.Model):
    """A number for each kind seen; `tocsin_kind(name)` adds one with its partition.

    `generation`: of the assets that its threats were attributed with; empty before the first one.
    """

    name = models.CharField(max_length=64, unique=True)
    generation = models.BigIntegerField(null=True)

    class Meta:
        db_table = "threat_kind"


class Threat(models.Model):
    """One problem on one asset.  Written in bulk by `threats/sql/upsert.sql`, read through here.

    `key`: its public id, 128-bit BLAKE2b of kind, asset, port, protocol and tag; the primary key
    is (kind, key).  `state` and `notice`: see `threats.states`.  `opened_at`: start of the
    present spell.  `claimed_at`: when it was claimed fixed, of the present spell if not before
    `opened_at`.  `pinned`: the organisation was set by a person or an answer and stays.
    """

    key = models.UUIDField(primary_key=True)
    kind = models.ForeignKey(ThreatKind, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True)
    address = models.GenericIPAddressField(null=True)
    domain = models.TextField()
    port = models.IntegerField()
    protocol = models.SmallIntegerField()
    tag = models.TextField()
    asn = models.BigIntegerField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    opened_at = models.DateTimeField()
    state_since = models.DateTimeField()
    alerted_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    times_seen = models.IntegerField()
    recurrences = models.SmallIntegerField()
    reminders = models.SmallIntegerField()
    severity = models.SmallIntegerField()
    state = models.SmallIntegerField()
    notice = models.SmallIntegerField()
    pinned = models.BooleanField()
    last_report_id = models.BigIntegerField()
    last_day = models.DateField(help_text="day of the latest report that it was in")

    class Meta:
        db_table = "threat"
        managed = False


class ThreatChange(models.Model):
    """One change of a threat's state: when it was so (`at`) and when we came to know it.

    In the order of `id` each begins with the state that the one before left.
    """

    kind = models.ForeignKey(ThreatKind, on_delete=models.PROTECT, db_constraint=False)
    key = models.UUIDField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, db_constraint=False
    )
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    from_state = models.SmallIntegerField()
    to_state = models.SmallIntegerField()
    cause = models.TextField()

    class Meta:
        db_table = "threat_change"
        indexes = [models.Index(fields=["kind", "key", "id"], name="threat_change_threat")]


class Standing(models.Model):
    """How many threats an organisation has, as a job counted them: a page may not read them all.

    Without an organisation: nobody's, or with `whole` those of all.  `states`: numbers by state;
    `kinds`: the same by kind's number; `ended`: by kind's number and day, of the last days, how
    many were lost and dismissed; `days`: only of the whole, by kind's number and day what
    `DailyCount` adds up to (observations, new, reopened, gone).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    whole = models.BooleanField(default=False)
    current = models.BigIntegerField(default=0)
    states = models.JSONField(default=dict)
    kinds = models.JSONField(default=dict)
    ended = models.JSONField(default=dict)
    days = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "standing"
        indexes = [
            models.Index(fields=["-current", "organisation"], name="standing_most"),
            models.Index(fields=["-whole", "id"], name="standing_whole"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "whole"], nulls_distinct=False, name="standing_once"
            )
        ]


class NobodysNetwork(models.Model):
    """Current threats that nobody answers for, by network (or name); counted by a job.

    `value`: as an asset's, an IPv4 network of 24 or an IPv6 network of 48 bits, or longer where
    the threat is on one.  `asn`: that most of them were reported with, 0 where none.  `severe`:
    those of high or critical severity.  `kinds`: numbers.  As pairs of an organisation's number
    and a number of threats, most first: `beside`, whose current threats have the same AS number;
    `moved`, to whom people gave threats of this network; `denied`, who said of these threats that
    they are not theirs.
    """

    form = models.CharField(max_length=16)
    value = models.TextField(unique=True)
    asn = models.BigIntegerField(default=0)
    threats = models.BigIntegerField(default=0)
    severe = models.BigIntegerField(default=0)
    kinds = models.JSONField(default=list)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    beside = models.JSONField(default=list)
    moved = models.JSONField(default=list)
    denied = models.JSONField(default=list)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "nobodys_network"
        indexes = [models.Index(fields=["-threats", "id"], name="nobodys_most")]


class DailyCount(models.Model):
    """Observations and threats per day, kind and organisation (empty: nobody's)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, db_constraint=False
    )
    kind = models.ForeignKey(ThreatKind, on_delete=models.PROTECT, db_constraint=False)
    day = models.DateField()
    observations = models.BigIntegerField(default=0)
    threats = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    reopened = models.BigIntegerField(default=0)
    gone = models.BigIntegerField(default=0)

    class Meta:
        db_table = "daily_count"
        indexes = [models.Index(fields=["day"], name="daily_count_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "day"],
                nulls_distinct=False,
                name="daily_count_once",
            )
        ]


class FixTime(models.Model):
    """How long an organisation's threats stood that were observed gone in one month: days from
    `opened_at` to the day they were observed gone, as quartiles.  `month`: its first day.

    Kept by `fix_times.refresh`, of threats of scan nature only.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    month = models.DateField()
    threats = models.IntegerField()
    lower = models.FloatField()
    middle = models.FloatField()
    upper = models.FloatField()

    class Meta:
        db_table = "fix_time"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month"], name="fix_time_once")
        ]


class PeerFixTime(models.Model):
    """The quartiles of the medians of all organisations of one kind in a month; `organisations`:
    how many went in.  No organisation reads it by itself: see `fix_times.compared`."""

    kind = models.CharField(max_length=32)
    month = models.DateField()
    organisations = models.IntegerField()
    lower = models.FloatField()
    middle = models.FloatField()
    upper = models.FloatField()

    class Meta:
        db_table = "peer_fix_time"
        constraints = [models.UniqueConstraint(fields=["kind", "month"], name="peer_fix_time_once")]
