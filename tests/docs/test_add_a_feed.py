"""`docs/how-to/add-a-feed.md` names everything that a feed's file may say."""

from pathlib import Path

import pytest

from tocsin.intake.batches import AFFECTED_AS
from tocsin.intake.feed_checks import (
    FORMATS,
    IN_KIND,
    IN_OPTIONS,
    IN_RECOGNISE,
    OF_FEED,
    OF_SHAPE,
    TLPS,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-feed.md").read_text(
    encoding="utf-8"
)
TABLES = {"columns": "[columns]", "recognise": "[[recognise]]", "options": "[options]"}
TABLES |= {"health": "[health]", "shape": "[[shape]]"}
ROLES: tuple[str, ...] = ("time", "affected", "port", "protocol", "asn", "hostname", "severity")
ROLES += ("key", "time_format")


def is_described(name: str) -> bool:
    """Whether the text, not only an example, says what it is."""
    prose = "".join(part for n, part in enumerate(PAGE.split("```")) if n % 2 == 0)
    return f"`{TABLES.get(name, name)}`" in prose


@pytest.mark.parametrize(
    "names",
    [OF_FEED, OF_SHAPE, IN_KIND, IN_RECOGNISE, IN_OPTIONS, FORMATS, TLPS, AFFECTED_AS, ROLES],
)
def test_everything_that_may_be_said_is_described(names: tuple[str, ...]) -> None:
    assert [name for name in names if not is_described(name)] == []
