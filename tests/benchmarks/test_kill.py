from collections import Counter

import pytest
from benchmarks.kill import mails_wrong


@pytest.mark.parametrize(
    ("state", "uncertainties", "left", "right"),
    [
        ("sent", 0, 1, True),
        ("sent", 0, 0, False),
        ("sent", 0, 2, False),
        ("sent", 1, 2, True),
        ("sent", 1, 3, False),
        ("uncertain", 0, 0, True),
        ("uncertain", 0, 1, True),
        ("queued", 0, 0, False),
    ],
)
def test_a_mail_leaves_once_or_is_shown_as_uncertain(
    state: str, uncertainties: int, left: int, right: bool
) -> None:
    found = mails_wrong([("<a@b>", state, uncertainties)], Counter({"<a@b>": left} if left else {}))
    assert (found == []) is right


def test_a_mail_that_nobody_knows_of_is_wrong() -> None:
    assert mails_wrong([], Counter({"<a@b>": 1})) == ["<a@b> left and nobody knows"]
