"""The authority's own words and facts, as the database keeps them, brought to the catalogue.

Both tables only grow, so that their sizes and latest numbers tell whether anything is new: one
small query, asked at most once a request and where a long task begins.
"""

from collections import defaultdict
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

from tocsin.kinds import own
from tocsin.kinds.catalogue import guess, shipped_kinds
from tocsin.kinds.kind import OwnText, Text
from tocsin.kinds.models import KindFacts, KindWording

_STATE = (
    "SELECT (SELECT count(*) FROM kind_wording), (SELECT max(id) FROM kind_wording),"
    " (SELECT count(*) FROM kind_facts), (SELECT max(id) FROM kind_facts)"
)
_NOTHING: tuple[Any, ...] = (0, None, 0, None)
_held = _NOTHING


def refresh() -> None:
    """Have the catalogue know what the database says now."""
    global _held
    own.look_again(False)
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        state = cursor.fetchone()
    if state != _held:
        own.use(own.resolved(_read(), shipped_kinds(), guess))
        _held = state


def forget() -> None:
    """Know the shipped kinds only, until the next `refresh`."""
    global _held
    own.use({})
    _held = _NOTHING


def attend_requests() -> None:
    """Pages and the API follow what another process changed, from one request to the next."""
    own.refresh_with(refresh)
    request_started.connect(_begun, dispatch_uid="tocsin.kinds.begun")
    request_finished.connect(_ended, dispatch_uid="tocsin.kinds.ended")


def _begun(**about: Any) -> None:
    own.look_again()


def _ended(**about: Any) -> None:
    own.look_again(False)


def _read() -> own.Own:
    facts = {
        one.kind: own.Facts(one.severity, one.rsit_class, one.type, one.window_days, one.like)
        for one in KindFacts.objects.order_by("pk")
    }
    latest: dict[tuple[str, str], KindWording] = {}
    for one in KindWording.objects.order_by("pk"):
        latest[one.kind, one.language] = one
    words: dict[str, list[OwnText]] = defaultdict(list)
    for one in latest.values():
        if one.what:
            text = Text(one.what, one.risk, one.fix, one.how_to_check)
            words[one.kind].append(OwnText(one.language, one.title, text))
    return own.Own({kind: tuple(texts) for kind, texts in words.items()}, facts)
