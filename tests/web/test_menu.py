from tocsin.access.models import Role
from tocsin.web.menu import Entry, Tab, menu_of

ANALYST, OWNER = frozenset({Role.ANALYST}), frozenset({Role.OWNER})
ENTRIES = (
    Entry("refused", "Refused rows", "incoming", ANALYST, ("one-refused",)),
    Entry("status", "Status", "status", ANALYST | OWNER),
    Entry("feeds", "Feeds", "incoming", ANALYST),
    Entry("contacts", "Contacts", "organisation", OWNER),
)


def test_a_section_of_one_page_is_that_page() -> None:
    tabs, below = menu_of(Role.OWNER, "contacts", ENTRIES)
    assert tabs == [Tab("status", "Status", ""), Tab("contacts", "Contacts", "page")]
    assert below == []


def test_a_section_of_several_leads_to_its_first_and_shows_them_inside() -> None:
    tabs, below = menu_of(Role.ANALYST, "status", ENTRIES)
    assert [(tab.page, str(tab.words), tab.current) for tab in tabs] == [
        ("status", "Status", "page"),
        ("refused", "Incoming", ""),
    ]
    assert below == []
    tabs, below = menu_of(Role.ANALYST, "one-refused", ENTRIES)
    assert [tab.current for tab in tabs] == ["", "true"]
    assert below == [Tab("refused", "Refused rows", "true"), Tab("feeds", "Feeds", "")]


def test_a_role_without_pages_has_no_menu() -> None:
    assert menu_of(Role.AUDITOR, "status", ENTRIES) == ([], [])
