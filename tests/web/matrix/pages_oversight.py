"""The pages for auditors and oversight: see `tests.web.matrix.pages`."""

from tests.web.matrix.page import AUDITOR, Page

PAGES: dict[str, Page] = {
    "oversight": Page(AUDITOR),
    "oversight-log": Page(AUDITOR),
    "oversight-log-csv": Page(AUDITOR),
}
