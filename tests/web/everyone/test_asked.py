"""What the search box takes a text for."""

from uuid import UUID

import pytest

from tocsin.web.everyone.asked import LONGEST, asked

THREAT = UUID("0123456789abcdef0123456789abcdef")


@pytest.mark.parametrize(
    "text", [str(THREAT), THREAT.hex, f"  {str(THREAT).upper()} ", f"{{{THREAT}}}"]
)
def test_a_threats_id(text: str) -> None:
    assert asked(text).threat == THREAT


@pytest.mark.parametrize(
    "text", ["TOCSIN-2026-000042", "[tocsin-2026-000042]", " Tocsin-2026-000042"]
)
def test_a_ticket(text: str) -> None:
    assert asked(text).ticket == "TOCSIN-2026-000042"


@pytest.mark.parametrize(
    ("text", "asset", "name"),
    [
        ("192.0.2.7", "192.0.2.7/32", ""),
        ("192.0.2.0/24", "192.0.2.0/24", ""),
        ("2001:DB8::1", "2001:db8::1/128", "2001:DB8::1"),
        ("AS64500", "AS64500", ""),
        ("www.Nordwind.example", "www.nordwind.example", "www.Nordwind.example"),
        ("ann@nordwind.example", "@nordwind.example", "ann@nordwind.example"),
        ("Nordwind Hosting", "", "Nordwind Hosting"),
        ("n", "", ""),
        ("", "", ""),
        ("192.0.2.300", "", ""),
    ],
)
def test_assets_and_names(text: str, asset: str, name: str) -> None:
    found = asked(text)
    assert (found.asset.text if found.asset else "", found.name) == (asset, name)
    assert found.anything == bool(asset or name)


def test_what_is_very_long_or_odd_is_cut_and_cleaned() -> None:
    assert asked("a\0b  c\n" + "x" * 999).text == ("ab c " + "x" * 999)[:LONGEST]
