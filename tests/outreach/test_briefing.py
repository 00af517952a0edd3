"""The briefing: what stands on it, and that it is one A4 page whatever there is to say."""

import re
from dataclasses import replace

import pytest

from tests.outreach.test_facts import alert, reminded, said
from tests.outreach.world import NOW, Outreach, counted, healthy
from tocsin.constituency.models import Organisation
from tocsin.outreach.briefing import (
    LONGEST,
    MOST_ACTIONS,
    MOST_KINDS,
    MOST_REASONS,
    Briefing,
    ControlLine,
    Line,
    briefing,
    pdf,
)
from tocsin.outreach.engagements import Agreed, Plan, engage
from tocsin.outreach.queries import known
from tocsin.outreach.scoring import score_again

LONG = Line("A title of a kind of threat that goes on for longer than any", "critical", "12 000",
            "13 000", "x " * (LONGEST // 2))  # fmt: skip
FULL = Briefing(
    title="Überland Łódź Ωmega Шереметьево " * 6,
    about="Police Service of Northern Ireland · 12 000 assets",
    made="30 September 2026, 12:00 UTC",
    score="137 points in the queue",
    reasons=("A reason that needs so many words that it takes two lines or three. " * 4,)
    * MOST_REASONS,
    heads=("A day, latest 7 days", "28 days before"),
    kinds=(LONG,) * MOST_KINDS,
    more="And 40 more kinds, 12 000 threats a day.",
    exchange=(("Latest alert", "30 September 2026"), ("Contacts", "x" * LONGEST)),
    agreed=("Visit, 30 September 2026; follow-up on 28 October 2026",)
    + ("word " * (LONGEST // 5),) * MOST_ACTIONS,
    controls=(ControlLine("Security update management", "1 yes, 1 partly, 1 no",
                          "12 000 (" + "x " * 30 + ")"),) * 5,
)  # fmt: skip


def brief(whose: Organisation) -> Briefing:
    found = known(whose.pk, None, NOW)
    assert found is not None
    return briefing(found, NOW)


def pages(file: bytes) -> int:
    (count,) = re.findall(rb"/Type/Pages/Count (\d+)", file)
    return int(count)


def test_it_says_what_is_known(outreach: Outreach) -> None:
    counted(outreach.near, range(30), 60)
    counted(outreach.near, range(30), 3, name="event4_sinkhole")
    healthy(range(30))
    healthy(range(30), name="event4_sinkhole")
    alert(outreach.near, 40)
    said(outreach.near, 50)
    reminded(outreach.near, 1, 45)
    agreed = Plan("call", NOW.date(), actions=(Agreed("Close the port"),))
    engage(outreach.near.pk, agreed, NOW, outreach.officer)
    score_again(outreach.near.pk, NOW)
    page = brief(outreach.near)
    assert page.title == "Near Broadband"
    assert page.about == "Police Scotland · 0 assets"
    assert page.reasons[0].startswith("Severe (+20): 63 critical or high threats a day in the")
    assert [(one.severity, one.now, one.before) for one in page.kinds] == [
        ("critical", "3", "3"), ("high", "60", "60")
    ]  # fmt: skip
    assert dict(page.exchange)["Latest answer"] == "11 August 2026"
    assert dict(page.exchange)["Open after two reminders"] == "1"
    assert page.agreed == ("Call, 30 September 2026", "Close the port")
    assert [(one.said, one.seen != "nothing") for one in page.controls] == [
        ("nothing yet", True), *[("nothing yet", False)] * 3, ("nothing yet", True)
    ]  # fmt: skip


def test_of_many_kinds_the_worst_are_named_and_the_others_counted(outreach: Outreach) -> None:
    kinds = ("scan_rdp", "scan_vnc", "scan_ssh", "scan_ftp", "scan_telnet", "scan_snmp", "scan_ntp")
    for name in kinds:
        counted(outreach.near, range(3), 2, name=name)
        healthy(range(3), name=name)
    page = brief(outreach.near)
    assert len(page.kinds) == MOST_KINDS
    assert page.more == "And 1 more kind, 2 threats a day."


@pytest.mark.parametrize("page", [FULL, replace(FULL, kinds=(), reasons=(), agreed=(), more="")])
def test_the_pdf_is_one_page(page: Briefing) -> None:
    assert pages(pdf(page, NOW)) == 1


def test_of_one_of_which_nothing_is_known_too(outreach: Outreach) -> None:
    assert pages(pdf(brief(outreach.far), NOW)) == 1


def test_the_pdf_has_a_title_a_language_and_structure_and_is_the_same_twice() -> None:
    file = pdf(FULL, NOW)
    assert file == pdf(FULL, NOW)
    assert b"/Lang(en)" in file
    assert b"/Marked true" in file
    assert b"pdfuaid" in file
    assert "Überland Łódź Ωmega Шереметьево".encode() in file


def test_what_organisations_are_called_is_no_markup() -> None:
    page = replace(FULL, title='#panic("no") *x* $y$ \\ "', kinds=())
    assert pages(pdf(page, NOW)) == 1
