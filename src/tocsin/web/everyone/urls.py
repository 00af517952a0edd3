"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern, path

from tocsin.web.everyone import notices, search

pages: list[URLPattern] = [
    path("search/", search.search, name="search"),
    path("notices/", notices.notices, name="notices"),
    path("notices/mail/", notices.mail, name="notices-mail"),
]
