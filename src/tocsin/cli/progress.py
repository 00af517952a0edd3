"""A progress bar on a terminal, and silence elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

LONGEST = 60


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, int], None]]:
    """Gives a function to call after each step with its name and how many steps are left."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step, left: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[step]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None, step="")
        done = 0

        def tell(step: str, left: int) -> None:
            nonlocal done
            done += 1
            bar.update(task, completed=done, total=done + left, step=step[-LONGEST:])

        yield tell
