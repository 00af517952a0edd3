"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern, path

from tocsin.web.everyone import guide, notices, search

pages: list[URLPattern] = [
    path("help/", guide.help_index, name="help"),
    path("help/images/<str:picture>", guide.help_picture, name="help-picture"),
    path("help/<path:page>/", guide.help_page, name="help-page"),
    path("search/", search.search, name="search"),
    path("notices/", notices.notices, name="notices"),
    path("notices/mail/", notices.mail, name="notices-mail"),
]
