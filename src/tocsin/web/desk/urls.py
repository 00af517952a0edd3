"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern

from tocsin.web.desk import own_urls

pages: list[URLPattern] = [*own_urls.pages]
