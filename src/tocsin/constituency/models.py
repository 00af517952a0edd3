"""Who is responsible for what: organisations, their contacts, and their assets in time."""

from django.db import models


class Region(models.Model):
    code = models.CharField(max_length=32, primary_key=True)
    name = models.TextField()
    country = models.CharField(max_length=2)

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
    """Where mail for an organisation goes; `purpose` abuse first, then security, then owner."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=16, default="abuse")
    email = models.EmailField()
    openpgp_certificate = models.TextField(blank=True, default="")
    smime_certificate = models.TextField(blank=True, default="")
    bounced_at = models.DateTimeField(null=True)
    bounce_reason = models.TextField(blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    provenance = models.CharField(max_length=16, default="manual")

    class Meta:
        db_table = "contact"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "purpose", "email"], name="contact_once"
            )
        ]


class Asset(models.Model):
    """An ASN, prefix, domain or e-mail domain that an organisation answered for, from-until.

    Exactly one of `asn`, `prefix`, `domain` is set.  `form`: asn, prefix, domain, email_domain.
    `provenance`: manual, claim (approved), rir, rpsl.  `valid_to` empty: still.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    form = models.CharField(max_length=16)
    asn = models.BigIntegerField(null=True)
    prefix = models.TextField(null=True)
    domain = models.TextField(null=True)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    provenance = models.CharField(max_length=16, default="manual")
    source = models.TextField(blank=True, default="")
    approved_by = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "asset"


class AssetGeneration(models.Model):
    """One row: the number that every change of the assets raises; maps are built per number."""

    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "asset_generation"
