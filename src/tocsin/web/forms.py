"""What pages with forms share."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, QueryDict

from tocsin.errors import TocsinError

LONGEST = 25_000


def tried(action: Callable[[], object]) -> list[str]:
    """Do it; what is to be said if it could not be done, and then nothing was changed."""
    try:
        with transaction.atomic():
            action()
    except TocsinError as error:
        return [line for line in f"{error}\n{error.hint}".splitlines() if line]
    return []


def acted(form: Form, action: Callable[[dict[str, Any]], object], field: str | None = None) -> bool:
    """Whether what was typed is in order and the action did it; else the form says why not, of
    what the action says at that field."""
    if not form.is_valid():
        return False
    problems = tried(lambda: action(form.cleaned_data))
    for problem in problems:
        form.add_error(field, problem)
    return not problems


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form sent, for a Django form: none where nothing was, so that it says no problem."""
    return request.POST if request.method == "POST" else None


def given(request: HttpRequest, name: str) -> str:
    """A field of the form as it was sent, without NUL, which no table takes."""
    return request.POST.get(name, "")[:LONGEST].replace("\0", "").strip()


def number_in(request: HttpRequest, name: str) -> int:
    """0 for what is no number of a row."""
    text = given(request, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
