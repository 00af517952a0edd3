"""Items come in their order, errors where they happened, and nothing stays open."""

from collections.abc import Generator
from threading import Event

import pytest

from tocsin.threats.ahead import ahead


class Source:
    """A generator of numbers that tells how far it has come; `fails` at that number."""

    def __init__(self, count: int, fails: int = -1) -> None:
        self.made: list[int] = []
        self.closed = Event()
        self.reached = Event()
        self._count, self._fails = count, fails

    def items(self) -> Generator[int, None, None]:
        try:
            for number in range(self._count):
                if number == self._fails:
                    raise LookupError(number)
                self.made.append(number)
                if number == 3:
                    self.reached.set()
                yield number
        finally:
            self.closed.set()


def test_all_items_in_their_order() -> None:
    source = Source(50)
    with ahead(source.items(), 2) as items:
        assert list(items) == list(range(50))
    assert source.closed.is_set()


def test_it_goes_no_further_ahead_than_it_may() -> None:
    source = Source(50)
    with ahead(source.items(), 2) as items:
        assert next(items) == 0
        assert source.reached.wait(10)  # two wait, and one more is in the maker's hand
        assert not source.closed.wait(0.3)
        assert source.made == [0, 1, 2, 3]
    assert source.closed.is_set()
    assert source.made == [0, 1, 2, 3]


def test_an_error_comes_after_the_items_before_it() -> None:
    source = Source(5, fails=3)
    taken: list[int] = []
    with ahead(source.items(), 2) as items, pytest.raises(LookupError):
        taken.extend(iter(items.__next__, 4))
    assert source.closed.is_set()
    assert source.made == [0, 1, 2]


def test_an_error_of_the_taker_ends_the_maker() -> None:
    source = Source(50)
    with pytest.raises(ZeroDivisionError), ahead(source.items(), 2) as items:
        _ = 1 // next(items)
    assert source.closed.wait(10)
    assert len(source.made) < 50


def test_nothing_at_all() -> None:
    with ahead(Source(0).items(), 2) as items:
        assert list(items) == []
