import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import row
from tocsin.alerts.channels.mail.display import details, shown, where


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("plain", "plain"),
        ("two\n lines\t", "two lines"),
        ("http://bad.example/x.html", "hxxp://bad[.]example/x.html"),
        ("HTTPS://Bad.Example:8443?q=a.b", "hxxps://Bad[.]Example:8443?q=a.b"),
        ("see http://a.b and https://c.d/", "see hxxp://a[.]b and hxxps://c[.]d/"),
        ("a\u202eb\x1bc\u200bd", "a�b�c�d"),
        ("x" * 81, "x" * 79 + "…"),
        ("größe 株", "größe 株"),
        ("", ""),
    ],
)
def test_values_are_short_visible_and_no_links(value: str, seen: str) -> None:
    assert shown(value) == seen


@given(st.text(max_size=200))
def test_whatever_is_shown_is_one_printable_line_without_a_web_address(value: str) -> None:
    seen = shown(value)
    assert len(seen) <= 80
    assert "\n" not in seen
    assert "http://" not in seen.lower()


@pytest.mark.parametrize(
    ("port", "protocol", "words"),
    [(3389, "tcp", "3389/tcp"), (53, "", "53"), (None, "icmp", "icmp"), (None, "", "")],
)
def test_where_it_was_seen(port: int | None, protocol: str, words: str) -> None:
    assert where(row(1, port=port, protocol=protocol)) == words


def test_the_most_telling_details_come_first_and_three_at_most() -> None:
    evidence = {"detail": "d", "banner": "b", "infection": "mirai", "geo": "GB", "version": "1"}
    found = details(row(1, tag="iot", evidence=evidence))
    assert found == [("", "iot"), ("infection", "mirai"), ("version", "1")]
    assert details(row(1)) == []
