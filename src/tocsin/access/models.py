"""People, what they may do, and their one-time sign-in links."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tocsin.constituency.models import Organisation


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


class People(BaseUserManager["Person"]):
    """Needed by Django's authentication; people are made by `access.actions`."""


class Person(AbstractBaseUser):
    """Somebody who signs in: the authority's staff, or one organisation's people."""

    email = models.EmailField(unique=True)
    name = models.TextField(blank=True, default="")
    role = models.CharField(max_length=16, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

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


class SignInLink(models.Model):
    """A link that signs one person in once; only its SHA-256 is stored."""

    digest = models.BinaryField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_link"


class Throttle(models.Model):
    """How often something was tried since when; `bucket` is a digest of what and by whom."""

    bucket = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    used = models.IntegerField()

    class Meta:
        db_table = "throttle"
