"""The pages of this folder, as the menus have them."""

from django.utils.translation import gettext_lazy as _

from tocsin.web import gate
from tocsin.web.menu import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "region",
        _("Whom to see"),
        "region",
        gate.OFFICERS,
        ("region-organisation", "briefing", "engage"),
    ),
    Entry(
        "engagements",
        _("Engagements"),
        "region",
        gate.OFFICERS,
        ("engagement", "change-engagement"),
    ),
    Entry("officers", _("Protect officers"), "region", gate.ANALYST, ("officer",)),
    Entry("self-assessment", _("Self-assessment"), "organisation", gate.MEMBERS),
)
