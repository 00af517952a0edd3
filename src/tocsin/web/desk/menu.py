"""The pages of an organisation's people, as its menu has them."""

from django.utils.translation import gettext_lazy as _

from tocsin.web import gate
from tocsin.web.menu import Entry

ENTRIES = (
    Entry("desk-home", _("Home"), "home", gate.MEMBERS, ("status", "organisation")),
    Entry("threats", _("Threats"), "threats", gate.MEMBERS, ("threat", "for-customer")),
    Entry("lookup", _("Look up an address"), "threats", gate.MEMBERS),
    Entry("answers-upload", _("Answer with a file"), "threats", gate.DESK),
    Entry("outbox", _("Alerts"), "alerts", gate.MEMBERS, ("delivery",)),
    Entry("own-assets", _("Assets"), "organisation", gate.OWNER),
    Entry("contacts", _("Contacts"), "organisation", gate.OWNER),
)
