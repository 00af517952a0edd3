import pytest
from django.core.exceptions import BadRequest
from django.test import RequestFactory

from tests.web.world import NOW
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.web.pages import Page, page_of


@pytest.fixture
def seven(db: None) -> None:
    with staff_scope():
        for at, kind in enumerate("baabbab"):
            Organisation.objects.create(name=f"O{at}", kind=kind, created_at=NOW)


def _page(address: str, order: tuple[str, ...]) -> Page:
    request = RequestFactory().get(address)
    with staff_scope():
        return page_of(request, Organisation.objects.all(), order, 3)


def _walk(order: tuple[str, ...]) -> list[list[str]]:
    pages: list[list[str]] = []
    address = "/list/?state=x"
    while address:
        page = _page(address, order)
        assert page.first == (not pages)
        assert page.start == "/list/?state=x"
        pages.append([each.kind + each.name for each in page.rows])
        address = page.next
        assert not address or "state=x" in address
    return pages


def test_every_row_once_and_in_order(seven: None) -> None:
    assert _walk(("kind", "pk")) == [["aO1", "aO2", "aO5"], ["bO0", "bO3", "bO4"], ["bO6"]]


def test_backwards(seven: None) -> None:
    assert _walk(("-kind", "-pk")) == [["bO6", "bO4", "bO3"], ["bO0", "aO5", "aO2"], ["aO1"]]


def test_mixed(seven: None) -> None:
    assert _walk(("-kind", "pk"))[0] == ["bO0", "bO3", "bO4"]


@pytest.mark.parametrize("after", ["nonsense", "WyIxIl0:1abc:xyz"])
def test_a_made_up_place_is_refused(seven: None, after: str) -> None:
    with pytest.raises(BadRequest):
        _page(f"/list/?after={after}", ("kind", "pk"))


def test_a_place_in_another_list_is_refused(seven: None) -> None:
    with pytest.raises(BadRequest):
        _page(_page("/list/", ("kind", "pk")).next, ("pk",))


def test_from_the_beginning_without_filters(seven: None) -> None:
    following = _page("/list/", ("pk",)).next
    assert _page(following, ("pk",)).start == "/list/"
