from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.links import LONGEST, VALID_DAYS, answer_page, delivery_of, token

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(st.integers(1, 2**62))
def test_a_token_names_its_delivery_and_is_short(number: int) -> None:
    made = token(number, NOW)
    assert delivery_of(made, NOW) == number
    assert len(made) <= LONGEST
    assert made == token(number, NOW + timedelta(hours=1))


def test_it_works_for_ninety_days() -> None:
    made = token(7, NOW)
    assert delivery_of(made, NOW + timedelta(days=VALID_DAYS)) == 7
    assert delivery_of(made, NOW + timedelta(days=VALID_DAYS + 1)) is None


@given(st.integers(0, 60), st.characters(codec="ascii"))
def test_an_altered_one_names_nothing(place: int, char: str) -> None:
    made = token(7, NOW)
    place %= len(made)
    altered = made[:place] + char + made[place + 1 :]
    assert altered == made or delivery_of(altered, NOW) is None


@pytest.mark.parametrize(
    "written",
    ["", ".", "7", "7-9.x", "x" * 5000, signing.dumps(7), signing.Signer(salt="x").sign("7-1aa")],
    ids=["empty", "dot", "number", "form", "long", "other", "salt"],
)
def test_what_we_did_not_sign_for_this_names_nothing(written: str) -> None:
    assert delivery_of(written, NOW) is None


def test_the_page_stands_under_the_public_address(settings: object) -> None:
    assert answer_page("abc") == "http://127.0.0.1:8000/answer/abc/"
