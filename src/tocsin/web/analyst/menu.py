"""The pages of analysts, and of other staff who see statistics, as their menu has them."""

from django.utils.translation import gettext_lazy as _

from tocsin.web import gate
from tocsin.web.menu import Entry

ENTRIES = (
    Entry("status", _("Status"), "status", gate.STAFF),
    Entry("feeds", _("Feeds"), "incoming", gate.STATISTICS, ("feed", "reports", "report")),
    Entry(
        "refused", _("Refused rows"), "incoming", gate.ANALYST, ("refused-lists", "refused-reason")
    ),
    Entry(
        "unattributed",
        _("Nobody’s networks"),
        "incoming",
        gate.ANALYST,
        ("unattributed-network",),
    ),
    Entry(
        "organisations",
        _("Organisations"),
        "organisations",
        gate.STATISTICS,
        ("organisation", "organisation-assets", "organisation-edit"),
    ),
    Entry("releases", _("First alerts"), "outgoing", gate.ANALYST, ("one-release",)),
    Entry("outbox", _("Outbox"), "outgoing", gate.ANALYST, ("delivery",)),
    Entry("disputes", _("Disputes"), "outgoing", gate.ANALYST, ("dispute",)),
    Entry("mails", _("Mails to read"), "outgoing", gate.ANALYST, ("mail", "remarks")),
    Entry("inhibitions", _("Inhibitions"), "outgoing", gate.ANALYST, ("new-inhibition",)),
    Entry("kinds", _("Kinds and texts"), "outgoing", gate.ANALYST, ("one-kind",)),
    Entry(
        "campaigns",
        _("Campaigns"),
        "outgoing",
        gate.ANALYST,
        ("campaign", "new-campaign", "campaign-columns", "campaign-words"),
    ),
    Entry("applications", _("Applications"), "organisations", gate.ANALYST, ("one-application",)),
)
