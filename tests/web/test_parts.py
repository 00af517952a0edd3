"""The parts that pages are put together from, each with what it takes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from tocsin.web.pages import Page

AT = datetime(2026, 9, 30, 6, 30, tzinfo=UTC)


class Sample(forms.Form):
    name = forms.CharField(error_messages={"required": "Enter a name."})


@pytest.mark.parametrize(
    ("part", "context", "wanted"),
    [
        ("heading", {"title": "A<b", "caption": "Of", "lede": "So."},
         ['<h1 class="govuk-heading-l">A&lt;b</h1>', 'govuk-caption-l">Of', "<p>So.</p>"]),
        ("back", {"url": "/x/", "words": "X"}, ['href="/x/">X</a>']),
        ("problems", {"problems": ["Not so."]}, ["There is a problem", "<li>Not so.</li>"]),
        ("problems", {"form": Sample({})}, ['<a href="#id_name">Enter a name.</a>']),
        ("field", {"field": Sample({})["name"]}, ['for="id_name"', "Enter a name."]),
        ("submit", {"words": "Go"}, ['class="govuk-button"', ">Go</button>"]),
        ("submit", {"words": "Go", "harm": True, "name": "do", "value": "go"},
         ["govuk-button--warning", 'name="do" value="go"']),
        ("empty", {"title": "None", "text": "yet", "url": "/x/", "words": "Make"},
         ["<h2>None</h2>", "<p>yet</p>", '<a href="/x/">Make</a>']),
        ("next", {"page": Page([], "/x/?after=1", first=True)}, ['href="/x/?after=1" rel="next"']),
        ("summary", {"rows": [("Name", "N", "/x/", "Change"), ("Size", None)]},
         ["<dt", ">N</dd>", 'Change<span class="govuk-visually-hidden"> (Name)', ">–</dd>"]),
        ("chosen", {"chosen": [("Kind", "rdp", "/?a=b")], "all": "/"},
         ['href="/?a=b"', "Remove:", "Kind: rdp", 'href="/">Remove all']),
        ("timeline", {"entries": [{"at": AT, "side": "theirs", "title": "Fixed", "by": "Jo"}]},
         ['class="theirs"><h3>Fixed</h3>', "06:30 UTC</time>, Jo"]),
        ("state", {"state": "open"}, [">open</strong>"]),
        ("severity", {"severity": "high"}, [">high</strong>"]),
        ("stat", {"label": "New", "value": 3, "note": "of 9", "url": "/x/"},
         ['<a href="/x/">New</a>', "<dd>3 <small>of 9</small>"]),
    ],
)  # fmt: skip
def test_a_part_shows_what_it_is_given(
    part: str, context: dict[str, Any], wanted: list[str]
) -> None:
    text = render_to_string(f"parts/{part}.html", context)
    assert [each for each in wanted if each not in text] == []


@pytest.mark.parametrize(
    ("part", "context"),
    [
        ("problems", {"problems": []}),
        ("problems", {"form": Sample()}),
        ("next", {"page": Page([], "", first=True)}),
        ("chosen", {"chosen": []}),
        ("banner", {"messages": []}),
    ],
)
def test_a_part_with_nothing_to_say_is_not_there(part: str, context: dict[str, Any]) -> None:
    assert not render_to_string(f"parts/{part}.html", context).strip()
