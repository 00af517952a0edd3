import pytest

from tocsin.alerts.tlp import COLOURS, LABELS, strictest


@pytest.mark.parametrize(
    ("parts", "least", "whole"),
    [
        ([], "CLEAR", "CLEAR"),
        ([], "AMBER", "AMBER"),
        (["CLEAR", "GREEN"], "CLEAR", "GREEN"),
        (["CLEAR", "GREEN"], "AMBER", "AMBER"),
        (["AMBER", "AMBER+STRICT"], "AMBER", "AMBER+STRICT"),
        (["RED", "CLEAR"], "AMBER", "RED"),
    ],
)
def test_a_whole_is_marked_as_its_strictest_part(parts: list[str], least: str, whole: str) -> None:
    assert strictest(parts, least) == whole


def test_each_label_has_its_colour() -> None:
    assert set(COLOURS) == set(LABELS)
