"""The pages of an organisation's people, as its menu has them."""

from django.utils.translation import gettext_lazy as _

from tocsin.web import gate
from tocsin.web.menu import Entry

ENTRIES = (
    Entry("desk-home", _("Home"), "home", gate.MEMBERS, ("status", "organisation")),
    Entry("threats", _("Threats"), "threats", gate.MEMBERS, ("threat", "for-customer")),
    Entry("lookup", _("Look up an address"), "threats", gate.MEMBERS),
    Entry("answers-upload", _("Answer with a file"), "threats", gate.DESK),
    Entry("own-alerts", _("Alerts"), "alerts", gate.MEMBERS, ("own-alert", "outbox", "delivery")),
    Entry("trends", _("Trends"), "trends", gate.MEMBERS),
    Entry("own", _("Overview"), "organisation", gate.MEMBERS),
    Entry("own-assets", _("Assets"), "organisation", gate.MEMBERS, ("claim-assets",)),
    Entry("contacts", _("Contacts"), "organisation", gate.DESK, ("new-contact", "change-contact")),
    Entry("preferences", _("Preferences"), "organisation", gate.OWNER),
    Entry("mutes", _("Mutes"), "organisation", gate.MEMBERS, ("new-mute",)),
    Entry(
        "delegations",
        _("Delegations"),
        "organisation",
        gate.MEMBERS,
        ("new-delegation", "end-delegation"),
    ),
    Entry(
        "webhooks",
        _("Webhooks"),
        "organisation",
        gate.OWNER,
        ("new-webhook", "webhook", "change-webhook", "remove-webhook"),
    ),
    Entry("tokens", _("API tokens"), "organisation", gate.OWNER, ("new-token", "revoke-token")),
    Entry("exports", _("Exports"), "organisation", gate.MEMBERS),
)
