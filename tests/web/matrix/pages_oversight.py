"""The pages for auditors and oversight: see `tests.web.matrix.pages`."""

from tests.web.matrix.page import Page

PAGES: dict[str, Page] = {}
