"""The pages for whoever is signed in: see `tests.web.matrix.pages`."""

from tests.web.matrix.page import Page

PAGES: dict[str, Page] = {}
