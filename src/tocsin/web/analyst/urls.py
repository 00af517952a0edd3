"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern, path

from tocsin.web import outbox
from tocsin.web.analyst import (
    campaign_words,
    campaigns,
    desks_mail,
    disputes,
    feeds,
    inhibitions,
    kinds,
    organisations,
    refused,
    releases,
    reports,
    unattributed,
)

NUMBERED = "status/campaigns/<int:number>/"
pages: list[URLPattern] = [
    path("status/organisations/", organisations.organisations, name="organisations"),
    path("status/organisations/<int:number>/", organisations.organisation, name="organisation"),
    path(
        "status/organisations/<int:number>/assets/",
        organisations.organisation_assets,
        name="organisation-assets",
    ),
    path(
        "status/organisations/<int:number>/edit/",
        organisations.organisation_edit,
        name="organisation-edit",
    ),
    path("status/feeds/", feeds.feeds, name="feeds"),
    path("status/feeds/days/<int:number>/", feeds.short_day, name="short-day"),
    path("status/feeds/<str:name>/", feeds.feed, name="feed"),
    path("status/reports/", reports.reports, name="reports"),
    path("status/reports/<int:number>/", reports.report, name="report"),
    path("status/reports/<int:number>/again/", reports.report_again, name="report-again"),
    path("status/reports/<int:number>/refused.csv", reports.refused_csv, name="report-refused"),
    path("status/refused/", refused.refused, name="refused"),
    path("status/refused/lists/", refused.refused_lists, name="refused-lists"),
    path("status/refused/for/<str:reason>/", refused.refused_reason, name="refused-reason"),
    path(
        "status/refused/files/<int:number>/again/",
        refused.refused_file_again,
        name="refused-file-again",
    ),
    path("status/unattributed/", unattributed.unattributed, name="unattributed"),
    path(
        "status/unattributed/<int:number>/",
        unattributed.unattributed_network,
        name="unattributed-network",
    ),
    path("status/outbox/<int:number>/again/", outbox.send_again, name="send-again"),
    path("status/releases/", releases.releases, name="releases"),
    path("status/releases/<int:number>/", releases.one_release, name="one-release"),
    path("status/releases/<int:number>/mail/", releases.release_mail, name="release-mail"),
    path("status/inhibitions/", inhibitions.inhibitions, name="inhibitions"),
    path("status/inhibitions/new/", inhibitions.new_inhibition, name="new-inhibition"),
    path(
        "status/inhibitions/<int:number>/lift/",
        inhibitions.lift_inhibition,
        name="lift-inhibition",
    ),
    path("status/disputes/", disputes.disputes, name="disputes"),
    path("status/disputes/<uuid:threat>/", disputes.dispute, name="dispute"),
    path("status/mails/", desks_mail.mails, name="mails"),
    path("status/mails/<int:number>/", desks_mail.mail, name="mail"),
    path("status/remarks/", desks_mail.remarks, name="remarks"),
    path("status/kinds/", kinds.kinds, name="kinds"),
    path("status/kinds/<slug:name>/", kinds.one_kind, name="one-kind"),
    path("status/kinds/<slug:name>/mail/", kinds.kind_mail, name="kind-mail"),
    path("status/campaigns/", campaigns.campaigns, name="campaigns"),
    path("status/campaigns/new/", campaigns.new_campaign, name="new-campaign"),
    path(NUMBERED, campaigns.campaign, name="campaign"),
    path(f"{NUMBERED}columns/", campaigns.campaign_columns, name="campaign-columns"),
    path(f"{NUMBERED}words/", campaign_words.campaign_words, name="campaign-words"),
    path(f"{NUMBERED}mail/", campaigns.campaign_mail, name="campaign-mail"),
]
