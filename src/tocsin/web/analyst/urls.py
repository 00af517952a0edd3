"""The pages of this folder.  Who may see one stands with its view."""

from django.urls import URLPattern

pages: list[URLPattern] = []
