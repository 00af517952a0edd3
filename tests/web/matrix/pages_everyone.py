"""The pages for whoever is signed in: see `tests.web.matrix.pages`."""

from tests.web.matrix.page import EVERYBODY, WRITE, Page

PAGES: dict[str, Page] = {
    "help": Page(EVERYBODY),
    "help-page": Page(EVERYBODY),
    "help-picture": Page(EVERYBODY),
    "search": Page(EVERYBODY),
    "notices": Page(EVERYBODY, WRITE, form={"all": "1"}),
    "notices-mail": Page(EVERYBODY, WRITE, form={"mail": "daily"}),
}
