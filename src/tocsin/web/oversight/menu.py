"""The pages of this folder, as the menus have them."""

from django.utils.translation import gettext_lazy as _

from tocsin.web import gate
from tocsin.web.menu import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry("oversight", _("Statistics"), "oversight", gate.OVERSIGHT),
    Entry("oversight-log", _("Who did what"), "oversight", gate.OVERSIGHT),
)
