import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import NOW, content, row
from tocsin.alerts.content import trimmed
from tocsin.alerts.freezing import frozen, packed, thawed, unpacked


def test_what_was_frozen_comes_back_as_it_was() -> None:
    told = content(
        [row(1, evidence={"naïve": "x\x00\u202e"}, port=None), row(2, "sinkhole", why="reminder")],
        region="North",
        officer="Jo",
        earlier=("<1@x.example>", "<2@x.example>"),
    )
    assert thawed(frozen(told)) == told


def test_many_rows_are_cut_but_still_counted() -> None:
    told = content([row(number) for number in range(1, 200)])
    back = thawed(memoryview(frozen(told)))
    assert back == trimmed(told)
    assert (back.total, len(back.groups[0].rows)) == (199, 20)


@given(st.text(), st.datetimes(timezones=st.just(UTC)))
def test_any_words_and_times_survive(words: str, moment: datetime) -> None:
    told = content([row(1, hostname=words.encode("utf-8", "replace").decode(), last_seen=moment)])
    assert thawed(frozen(told)) == told


@given(st.binary())
def test_packing_loses_nothing(data: bytes) -> None:
    assert unpacked(packed(data)) == data


def test_what_was_frozen_before_answers_were_known_still_thaws() -> None:
    raw = json.loads(unpacked(frozen(content([row()]))))
    for name in ("on_behalf", "passed", "unreached"):
        del raw[name]
    for group in raw["groups"]:
        for one in group["rows"]:
            del one["claimed_at"], one["verdict"]
    assert thawed(packed(json.dumps(raw).encode())) == content([row()])


def test_conflicts_and_delegations_come_back_as_they_were() -> None:
    told = content(
        [row(why="conflict", claimed_at=NOW), row(2, why="rejected", verdict="no")],
        on_behalf="Nordwind",
        passed=(("Kiosk", 2),),
    )
    assert thawed(frozen(told)) == told
