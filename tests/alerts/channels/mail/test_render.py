import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from tests.alerts.samples import NOW, SENDER, content, row
from tocsin.alerts.channels.mail.prose import WIDTH
from tocsin.alerts.channels.mail.render import html, text

BOTH = pytest.mark.parametrize("form", [html, text])
LINKING = {"a", "img", "link", "script", "iframe", "object", "form", "base", "video", "svg"}


class Page(HTMLParser):
    """Which elements a page has, with their attributes, and its words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._hidden = False
        self.feed(source)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data + " "


def words(form: object, *args: object, **kwargs: object) -> str:
    made = form(*args, **kwargs)  # type: ignore[operator]
    return Page(made).words if form is html else " ".join(made.split())


@BOTH
def test_both_parts_say_the_same_things(form: object) -> None:
    rows = [
        row(1, hostname="dsl.nordwind.example", tag="rdp", evidence={"version": "7.4"}),
        row(2, "sinkhole", why="reopened"),
        row(3, "open_dns", why="reminder"),
    ]
    said = words(form, content(rows, officer="Jo Example, North East"), SENDER)
    for expected in (
        "National Cyber Centre",
        "TOCSIN-2026-000123",
        "TLP:AMBER",
        "For your organisation and for those of its customers who need to know",
        "3 threats in your networks, 1 critical",
        "1 is new. 1 had gone and is back again. 1 was in an earlier alert and is still open.",
        "Please start with “Infected computer” (1).",
        "by 3 March",
        "What we ask of you",
        "What was seen",
        "The service answered.",
        "Passwords are guessed.",
        "Put it behind a VPN.",
        "nmap -Pn -p 3389 ADDRESS",
        "192.0.2.1",
        "3389/tcp",
        "dsl.nordwind.example",
        "7.4",
        "2026-03-01 23:05:06",
        "seen 4 times since 2026-02-27",
        str(rows[0].id)[:8],
        "back again",
        "reminder",
        "false-positive",
        "answers@cert.example",
        "Your contact for help: Jo Example, North East.",
        "we never ask for a password",
    ):
        assert expected in said, expected


@BOTH
def test_rows_beyond_the_first_are_counted(form: object) -> None:
    said = words(form, content([row(number) for number in range(1, 101)]), SENDER)
    assert "80 more are in the attached file." in said
    assert len(set(re.findall(r"192\.0\.2\.\d+", said))) == 20


LINK = "https://tocsin.example/answer/5-1a.signature/"


def test_without_an_answer_page_the_html_links_nowhere_and_never_fetches_or_runs_anything() -> None:
    page = Page(html(content([row(1, affected="http://bad.example/x")]), SENDER))
    assert not {tag for tag, _ in page.tags} & LINKING
    attributes = {name for _, attrs in page.tags for name in attrs}
    assert not attributes & {"href", "src", "background", "srcset", "action"}
    assert not [name for name in attributes if name.startswith("on")]
    assert "url(" not in html(content(), SENDER)


def test_links_lead_to_the_answer_page_and_nowhere_else() -> None:
    rows = [row(1, affected="http://bad.example/x"), row(2)]
    page = Page(html(content(rows), SENDER, link=LINK))
    assert {tag for tag, _ in page.tags} & LINKING == {"a"}
    found = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert found[0] == LINK
    assert sorted(map(str, found[1:])) == sorted(f"{LINK}{one.id}/" for one in rows)
    said = text(content(rows), SENDER, link=LINK)
    assert re.findall(r"https://tocsin\S+", said) == found
    attributes = {name for _, attrs in page.tags for name in attrs}
    assert not attributes & {"src", "background", "srcset", "action"}


@BOTH
def test_how_to_answer_is_told_with_every_word_and_its_meaning(form: object) -> None:
    said = words(form, content(), SENDER, link=LINK)
    for expected in (
        "Answer this alert",
        "It needs no password and works for 90 days.",
        "fill in the column status of the attached file",
        "/api/v1/answers with an API token",
        "fixed: It is repaired.",
        "not-ours: You are not responsible",
        "Its links all begin with http://127.0.0.1:8000/",
    ):
        assert expected in said, expected


@BOTH
def test_what_an_answer_had_to_do_with_a_threat_is_told_with_it(form: object) -> None:
    rows = [
        row(1, why="conflict", claimed_at=NOW - timedelta(days=2)),
        row(2, why="rejected", verdict="The service <still> answers."),
        row(3),
    ]
    said = words(form, content(rows), SENDER)
    for expected in (
        "1 is new. 1 that you said is fixed was seen again. We could not confirm your objection",
        "You said that it is fixed since 28 February 2026.",
        "It was seen again on 1 March 2026, 23:05 UTC.",
        "We looked at your objection and cannot confirm it. The service <still> answers.",
        "said fixed, seen again",
    ):
        assert expected in said, expected


@BOTH
def test_only_contradicted_claims_are_announced_as_such(form: object) -> None:
    said = words(form, content([row(1, why="conflict", claimed_at=NOW)]), SENDER)
    assert "1 threat that you said is fixed was seen again" in said


@BOTH
def test_a_delegations_contact_reads_why_and_on_whose_behalf(form: object) -> None:
    said = words(form, content(organisation="Kiosk", on_behalf="Nordwind"), SENDER)
    assert "For Kiosk, on behalf of Nordwind" in said
    assert "because Nordwind has named you as the contact for this part of its networks" in said


@BOTH
def test_an_organisation_reads_how_many_went_to_whom(form: object) -> None:
    told = content(passed=(("Kiosk", 1), ("Shop", 1234)), unreached="Bar")
    said = words(form, told, SENDER)
    assert "1 more threat went to Kiosk, whom you named" in said
    assert "1,234 more threats went to Shop" in said
    assert "This was for Bar, whom you named" in said


@BOTH
def test_nothing_observed_becomes_markup_or_a_link(form: object) -> None:
    evil = "<script>alert(1)</script>http://bad.example/x\u202e\x1b"
    source = form(content([row(1, tag=evil, hostname=evil, affected=evil)]), SENDER)  # type: ignore[operator]
    assert "http://bad" not in source
    assert "hxxp://bad[.]example/x" in source
    assert "\u202e" not in source
    assert "\x1b" not in source
    if form is html:
        assert "<script" not in source


def test_the_html_is_ascii_and_declares_its_language() -> None:
    source = html(content(organisation="Größe & Söhne"), SENDER)
    assert source.isascii()
    assert "Größe & Söhne" in Page(source).words
    assert Page(source).tags[0][1]["lang"] == "en"


def test_a_long_alert_stays_below_where_gmail_cuts() -> None:
    rows = [
        row(number, kind, hostname=f"host-{number}.customer.nordwind.example", tag="x" * 40)
        for kind in ("scan_rdp", "sinkhole", "open_dns")
        for number in range(1, 201)
    ]
    assert len(html(content(rows), SENDER)) < 100_000
    assert len(html(content(rows), SENDER, link=LINK.replace("5", "5" * 50))) < 100_000


def test_text_lines_fit_every_program() -> None:
    rows = [row(number, why="reminder") for number in range(1, 30)]
    for line in text(content(rows), SENDER).splitlines():
        assert len(line) <= WIDTH + 2, line


def test_only_reminders_are_announced_as_such() -> None:
    said = words(text, content([row(1, why="reminder"), row(2, why="reminder")]), SENDER)
    assert "Reminder: 2 threats in your networks are still open" in said


def test_information_only_asks_for_no_date() -> None:
    said = words(text, content([row(1, severity="info")]), SENDER)
    assert "1 threat in your networks" in said
    assert "by 3" not in said


@pytest.mark.parametrize(
    ("tlp", "meaning"),
    [
        ("CLEAR", "May be shared without limit."),
        ("GREEN", "May be shared within your community"),
        ("AMBER+STRICT", "For your organisation only"),
    ],
)
def test_each_marking_is_explained_and_strict_forbids_passing_on(tlp: str, meaning: str) -> None:
    said = words(html, content(tlp=tlp), SENDER)
    assert meaning in said
    assert ("pass the details" in said) == (tlp != "AMBER+STRICT")


def test_what_proves_that_the_mail_is_genuine_is_named() -> None:
    sender = replace(
        SENDER,
        dkim_domain="cert.example",
        smime=True,
        openpgp="ABCD",
        verify="Call the switchboard on +44 1632 960000.",
    )
    said = words(text, content(), sender)
    for expected in (
        "DKIM signature of cert.example",
        "signed with S/MIME",
        "Our OpenPGP key is ABCD",
        "Call the switchboard on +44 1632 960000.",
    ):
        assert expected in said
    assert "If in doubt" not in said
