"""People, what they may do, how they prove who they are, and their API tokens."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tocsin.constituency.models import Organisation, Region


class Role(models.TextChoices):
    ANALYST = "analyst"
    CASE_OFFICER = "case_officer"
    AUTHORISER = "authoriser"
    PROTECT_OFFICER = "protect_officer"
    AUDITOR = "auditor"
    OWNER = "owner"
    ABUSE_DESK = "abuse_desk"
    READER = "reader"


STAFF_ROLES = frozenset(
    {Role.ANALYST, Role.CASE_OFFICER, Role.AUTHORISER, Role.PROTECT_OFFICER, Role.AUDITOR}
)
MEMBER_ROLES = frozenset({Role.OWNER, Role.ABUSE_DESK, Role.READER})


class People(BaseUserManager["Person"]):
    """Needed by Django's authentication; people are made by `access.actions`."""

    def welcome(self) -> models.QuerySet["Person"]:
        """Those who may sign in, stay signed in and use tokens: neither they nor their
        organisation are suspended."""
        ours = models.Q(organisation__isnull=True) | models.Q(organisation__suspended=False)
        return self.filter(ours, is_active=True)


class Closed(models.TextChoices):
    """Why somebody can no longer sign in."""

    SUSPENDED = "suspended"
    DORMANT = "dormant"


class Person(AbstractBaseUser):
    """Somebody who signs in: the authority's staff, or one organisation's people.

    `last_seen_at`: used the API last, to the day.  `dormant_told_at`: when somebody who stays
    away was told that the access will end.
    """

    email = models.EmailField(unique=True)
    name = models.TextField(blank=True, default="")
    role = models.CharField(max_length=16, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    dormant_told_at = models.DateTimeField(null=True)
    closed_for = models.CharField(max_length=16, choices=Closed.choices, blank=True, default="")

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"

    class Meta:
        db_table = "person"
        constraints = [
            models.CheckConstraint(
                name="person_staff_or_member",
                condition=models.Q(role__in=sorted(STAFF_ROLES), organisation__isnull=True)
                | models.Q(role__in=["owner", "abuse_desk", "reader"], organisation__isnull=False),
            )
        ]

    @property
    def is_staff_member(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def last_active(self) -> datetime:
        """The last sign-in or use of the API, or when the access was given."""
        return max(filter(None, (self.created_at, self.last_login, self.last_seen_at)))


class PersonRegion(models.Model):
    """A region whose organisations a protect officer looks after."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    region = models.ForeignKey(Region, on_delete=models.CASCADE, db_constraint=False)

    class Meta:
        db_table = "person_region"
        constraints = [
            models.UniqueConstraint(fields=["person", "region"], name="person_region_once")
        ]


class Invitation(models.Model):
    """Somebody asked to join the authority's staff or an organisation's people.

    `digest`: SHA-256 of the token in the newest mail; empty until the job has sent one.
    """

    digest = models.BinaryField(unique=True, null=True)
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"
        constraints = [
            models.CheckConstraint(
                name="invitation_staff_or_member",
                condition=models.Q(role__in=sorted(STAFF_ROLES), organisation__isnull=True)
                | models.Q(role__in=["owner", "abuse_desk", "reader"], organisation__isnull=False),
            )
        ]


class SignInLink(models.Model):
    """A link that signs one person in once; only its SHA-256 is stored."""

    digest = models.BinaryField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_link"


class AuthenticatorApp(models.Model):
    """A secret shared with an authenticator app (TOTP, RFC 6238), sealed.

    `last_step`: the 30 seconds (counted from 1970) of the last code that was used; no code of
    these or earlier ones works again.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE)
    secret = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "authenticator_app"


class Passkey(models.Model):
    """A WebAuthn credential; `credential` holds its id and public key, nothing secret."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    count = models.BigIntegerField()
    name = models.TextField()
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "passkey"


class RecoveryCode(models.Model):
    """A code for when the others are lost, as a digest; it works once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recovery_code"
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="recovery_code_once")
        ]


class ProviderAccount(models.Model):
    """Who a person is at an OpenID provider (`subject`), noted when they first came from there."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    issuer = models.TextField()
    subject = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "provider_account"
        constraints = [
            models.UniqueConstraint(fields=["person", "issuer"], name="provider_account_person"),
            models.UniqueConstraint(fields=["issuer", "subject"], name="provider_account_subject"),
        ]


class SignInSession(models.Model):
    """A browser in which somebody is signed in.  When the row goes, the browser is signed out.

    `place`: the network the browser was last seen in, not its address; `proved_at`: when the
    person last proved who they are in it; `second_factor`: whether two factors were shown;
    `before_at`: when the person had signed in before that.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    device = models.TextField()
    place = models.TextField()
    second_factor = models.BooleanField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    proved_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_session"


class ApiToken(models.Model):
    """What a program signs in with for a person; only its SHA-256 is stored.

    `start`: its first characters, to tell it by.  `scopes`: see `access.scopes`.
    """

    digest = models.BinaryField(unique=True)
    start = models.CharField(max_length=16)
    name = models.TextField(blank=True, default="")
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"


class KeptReply(models.Model):
    """What a write was answered with, for whoever sends it again with the same key.

    `request`: SHA-256 of the request; `body`: compressed with zstd.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    key = models.CharField(max_length=255)
    request = models.BinaryField()
    made_at = models.DateTimeField()
    status = models.SmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    class Meta:
        db_table = "kept_reply"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="kept_reply_once")]


class Throttle(models.Model):
    """How often something was tried since when; `bucket` is a digest of what and by whom."""

    bucket = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    used = models.IntegerField()

    class Meta:
        db_table = "throttle"
