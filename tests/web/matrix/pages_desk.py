"""The pages for an operator's abuse desk: see `tests.web.matrix.pages`."""

from tests.web.matrix import pages_own
from tests.web.matrix.page import Page

PAGES: dict[str, Page] = {**pages_own.PAGES}
