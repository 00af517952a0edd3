"""The pages of an organisation's own matters.  Who may see one stands with its view."""

from django.urls import path

from tocsin.web import outbox
from tocsin.web.desk import (
    alerts,
    assets,
    contacts,
    delegations,
    exports,
    mutes,
    own,
    preferences,
    tokens,
    trends,
    webhooks,
)

pages = [
    path("organisation/", own.own, name="own"),
    path("organisation/assets/", assets.assets, name="own-assets"),
    path("organisation/assets/claim/", assets.claim_assets, name="claim-assets"),
    path("organisation/assets/look/", assets.look_for_records, name="look-for-records"),
    path("organisation/contacts/", contacts.contacts, name="contacts"),
    path("organisation/contacts/new/", contacts.new_contact, name="new-contact"),
    path("organisation/contacts/<int:number>/", contacts.change_contact, name="change-contact"),
    path("organisation/preferences/", preferences.preferences, name="preferences"),
    path("organisation/mutes/", mutes.mutes, name="mutes"),
    path("organisation/mutes/new/", mutes.new_mute, name="new-mute"),
    path("organisation/mutes/<int:number>/end/", mutes.lift_mute, name="lift-mute"),
    path("organisation/delegations/", delegations.all_delegations, name="delegations"),
    path("organisation/delegations/new/", delegations.new_delegation, name="new-delegation"),
    path(
        "organisation/delegations/<int:number>/end/",
        delegations.finish_delegation,
        name="end-delegation",
    ),
    path("organisation/webhooks/", webhooks.webhooks, name="webhooks"),
    path("organisation/webhooks/new/", webhooks.new_webhook, name="new-webhook"),
    path("organisation/webhooks/<int:number>/", webhooks.webhook, name="webhook"),
    path(
        "organisation/webhooks/<int:number>/change/",
        webhooks.change_webhook,
        name="change-webhook",
    ),
    path(
        "organisation/webhooks/<int:number>/remove/",
        webhooks.remove_webhook,
        name="remove-webhook",
    ),
    path("organisation/tokens/", tokens.tokens, name="tokens"),
    path("organisation/tokens/new/", tokens.new_token, name="new-token"),
    path("organisation/tokens/<int:number>/revoke/", tokens.revoke_token, name="revoke-token"),
    path("alerts/", alerts.alerts, name="own-alerts"),
    path("alerts/<int:number>/", alerts.alert, name="own-alert"),
    path("alerts/mails/<int:number>/", outbox.html_part, name="own-alert-html"),
    path(
        "alerts/mails/<int:number>/attachments/<int:part>/",
        outbox.attachment,
        name="own-alert-attachment",
    ),
    path("trends/", trends.trends, name="trends"),
    path("exports/", exports.exports, name="exports"),
    *exports.pages(),
]
