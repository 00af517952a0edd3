"""What people call what the tables name: roles, sorts of organisations."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tocsin.access.models import Closed, Role

Words = dict[str, str | Promise]
ROLES: Words = {
    Role.ANALYST: _("Analyst"),
    Role.CASE_OFFICER: _("Case officer"),
    Role.AUTHORISER: _("Authoriser"),
    Role.PROTECT_OFFICER: _("Protect officer"),
    Role.AUDITOR: _("Auditor"),
    Role.OWNER: _("Owner"),
    Role.ABUSE_DESK: _("Abuse desk"),
    Role.READER: _("Reader"),
}
KINDS: Words = {
    "isp": _("ISP"),
    "hosting": _("hosting"),
    "cloud": _("cloud"),
    "enterprise": _("enterprise"),
    "bank": _("bank"),
    "university": _("university"),
    "public-body": _("public body"),
    "other": _("other"),
    "cert": _("CERT"),
    "csirt": _("CSIRT"),
    "ngo": _("NGO"),
    "ixp": _("IXP"),
}
CLOSED: Words = {
    "": _("closed"),
    Closed.DORMANT: _("dormant"),
    Closed.SUSPENDED: _("suspended"),
}
