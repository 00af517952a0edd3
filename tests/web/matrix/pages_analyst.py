"""The pages for the authority's analysts: see `tests.web.matrix.pages`."""

from tests.web.matrix.page import Page

PAGES: dict[str, Page] = {}
