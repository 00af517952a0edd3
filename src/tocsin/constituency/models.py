"""Who is responsible for what: organisations, their contacts, and their assets in time."""

from django.db import models


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
