"""The pages of this folder, as the menus have them.  Protect officers begin with theirs."""

from django.utils.translation import gettext_lazy as _

from tocsin.web import gate
from tocsin.web.menu import Entry

OF_QUEUE = ("region-organisation", "briefing", "engage")
OF_ENGAGEMENTS = ("engagement", "change-engagement")
ENTRIES: tuple[Entry, ...] = (
    *(
        entry
        for section, roles in (("region", gate.PROTECT_OFFICER), ("outreach", gate.ANALYST))
        for entry in (
            Entry("region", _("Whom to see"), section, roles, OF_QUEUE),
            Entry("engagements", _("Engagements"), section, roles, OF_ENGAGEMENTS),
        )
    ),
    Entry("officers", _("Protect officers"), "outreach", gate.ANALYST, ("officer",)),
    Entry("self-assessment", _("Self-assessment"), "organisation", gate.MEMBERS),
)
