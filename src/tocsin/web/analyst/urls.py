"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern, path

from tocsin.web.analyst import feeds, organisations, refused, reports, unattributed

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
]
