"""Who is responsible for what: organisations, their contacts, and their assets in time."""

from django.db import models
from django.db.models.functions import Now


class Region(models.Model):
    """`contact`: how an organisation reaches its protect officer, in words for a mail."""

    code = models.CharField(max_length=32, primary_key=True)
    name = models.TextField()
    country = models.CharField(max_length=2)
    contact = models.TextField(blank=True, default="")

    class Meta:
        db_table = "region"


class Organisation(models.Model):
    """A member.  `handles`: its names in registries (opaque ids, ORG- handles)."""

    name = models.TextField(unique=True)
    kind = models.CharField(max_length=32, default="other")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    sector = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    handles = models.JSONField(default=list)
    suspended = models.BooleanField(default=False)
    released_at = models.DateTimeField(null=True, help_text="first alert released by an analyst")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organisation"


class Contact(models.Model):
    """Where mail for an organisation goes; `purpose` abuse first, then security, then owner.

    `pending`: added by a member and not confirmed by its own mailbox yet: gets no alerts.
    `replaces`: the contact that a pending one takes the place of.  `asked_at`, `reminded_at`:
    asked whether it is still right.  `unconfirmed_at`: nobody answered, or somebody said that it
    is wrong.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=16, default="abuse")
    email = models.EmailField()
    openpgp_certificate = models.TextField(blank=True, default="")
    smime_certificate = models.TextField(blank=True, default="")
    bounced_at = models.DateTimeField(null=True)
    bounce_reason = models.TextField(blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    provenance = models.CharField(max_length=16, default="manual")
    created_at = models.DateTimeField(db_default=Now())
    pending = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True)
    asked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    unconfirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "contact"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "purpose", "email"], name="contact_once"
            )
        ]


class Asset(models.Model):
    """An ASN, prefix, domain or e-mail domain that an organisation answered for, from-until.

    `value` is its one form (`AS64500`, `192.0.2.0/24`, `2001:db8::/32`, `example.org`,
    `@example.org`), `form` one of asn, prefix, domain, email_domain.  `provenance`: manual or
    claim (approved), which win; rir, rpsl or list, imported.  `registry` names the register whose
    next import replaces this entry; empty for what people entered.  `valid_to` empty: still.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    form = models.CharField(max_length=16)
    value = models.TextField()
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    provenance = models.CharField(max_length=16, default="manual")
    registry = models.CharField(max_length=64, blank=True, default="")
    source = models.TextField(blank=True, default="")
    approved_by = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "asset"
        constraints = [
            models.UniqueConstraint(
                fields=["registry", "value", "organisation", "valid_from"],
                name="asset_once",
                nulls_distinct=False,
            )
        ]


class RefusedListRow(models.Model):
    """A row of an imported list or register that was not taken, and why.

    `kind`: organisations or assets.  `source`: the register or the file whose next import says
    anew what is wrong with it.
    """

    kind = models.CharField(max_length=16)
    source = models.TextField()
    file = models.TextField()
    line = models.BigIntegerField()
    reason = models.CharField(max_length=64)
    detail = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    refused_at = models.DateTimeField()

    class Meta:
        db_table = "refused_list_row"
        indexes = [models.Index(fields=["kind", "source"], name="refused_list_source")]


class AssetGeneration(models.Model):
    """One row: the number that every change of the assets raises; maps are built per number."""

    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "asset_generation"


class Application(models.Model):
    """An operator's wish to join, or a member's (then `organisation` is set) to have more assets.

    `digest`: SHA-256 of the token in the applicant's newest link.  `decided_at`: when the last of
    its claims was approved or declined.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    name = models.TextField()
    kind = models.CharField(max_length=32, default="other")
    region = models.CharField(max_length=32, blank=True, default="")
    sector = models.CharField(max_length=64, blank=True, default="")
    email = models.EmailField()
    message = models.TextField(blank=True, default="")
    digest = models.BinaryField(unique=True, null=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "application"


class Claim(models.Model):
    """One asset that an application claims.  `decision`: empty, approved or declined."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    form = models.CharField(max_length=16)
    value = models.TextField()
    decision = models.CharField(max_length=16, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        db_table = "claim"
        constraints = [models.UniqueConstraint(fields=["application", "value"], name="claim_once")]


class Proof(models.Model):
    """One way in which control of a claimed asset is shown.

    `method`: registry (a mail to the abuse contact that the registry names), dns (a TXT record),
    mail (a mail to the domain's postmaster and abuse desk).  `state`: waiting, asked (mails have
    left), proven, impossible (`detail` says why).  `target`: the addresses, or the name in DNS.
    `token`: what the TXT record has to say, empty for mails, of whose link only `digest` is kept.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    method = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default="waiting")
    target = models.TextField(blank=True, default="")
    detail = models.TextField(blank=True, default="")
    token = models.CharField(max_length=64, blank=True, default="")
    digest = models.BinaryField(null=True, db_index=True)
    asked_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "proof"
        constraints = [models.UniqueConstraint(fields=["claim", "method"], name="proof_once")]
