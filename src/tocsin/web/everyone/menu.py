"""The pages that several sorts of people have, as their menus have them."""

from django.utils.translation import gettext_lazy as _

from tocsin.web import gate
from tocsin.web.menu import Entry

PEOPLE = ("invite-person", "person", "invitation")
ENTRIES = (
    Entry("people", _("People"), "people", gate.ANALYST, PEOPLE),
    Entry("people", _("People"), "organisation", gate.OWNER, PEOPLE),
)
