"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern, path

from tocsin.web.desk import answering, home, lookup, own_urls, threat, threats

pages: list[URLPattern] = [
    *own_urls.pages,
    path("home/", home.home, name="desk-home"),
    path("threats/", threats.threats, name="threats"),
    path("threats/answer/", threats.answer_threats, name="answer-threats"),
    path("threats/undo/", answering.undo, name="undo-answers"),
    path("threats/<uuid:threat>/", threat.threat, name="threat"),
    path("threats/<uuid:threat>/answer/", threat.answer_threat, name="answer-one-threat"),
    path("threats/<uuid:threat>/customer/", threat.for_customer, name="for-customer"),
    path("lookup/", lookup.lookup, name="lookup"),
]
