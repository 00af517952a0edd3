"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern, path

from tocsin.web.oversight import log, statistics

pages: list[URLPattern] = [
    path("oversight/", statistics.oversight, name="oversight"),
    path("oversight/log/", log.log, name="oversight-log"),
    path("oversight/log.csv", log.log_csv, name="oversight-log-csv"),
]
