"""Runs a generator in a thread of its own, a few items ahead of who takes them."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")
LOOK = 0.1  # seconds between two looks whether anybody still wants the item
# An item on its way is waited for, but not a pipe that nobody writes to.
PATIENCE = 5.0


@contextmanager
def ahead(items: Generator[T, None, None], most: int) -> Iterator[Iterator[T]]:
    """The same items, at most `most` of them made before they are asked for.

    An error in the thread is raised where its item would have come.  When the block ends, the
    generator is closed, so that it gives up what it holds open.
    """
    thread = _Ahead(items, most)
    thread.start()
    try:
        yield thread.taken()
    finally:
        thread.over.set()
        thread.join(PATIENCE)


class _Ahead(Thread, Generic[T]):
    def __init__(self, items: Generator[T, None, None], most: int) -> None:
        super().__init__(name="ahead", daemon=True)
        self.over = Event()
        self._items = items
        self._queue: Queue[tuple[T] | None] = Queue(most)
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            with closing(self._items):
                for item in self._items:
                    if not self._put((item,)):
                        return
        except BaseException as error:
            self._error = error
        finally:
            connections.close_all()
            self._put(None)

    def taken(self) -> Iterator[T]:
        while item := self._queue.get():
            yield item[0]
        if self._error:
            raise self._error

    def _put(self, item: tuple[T] | None) -> bool:
        """Whether somebody will take it."""
        while not self.over.is_set():
            try:
                self._queue.put(item, timeout=LOOK)
            except Full:
                continue
            return True
        return False
