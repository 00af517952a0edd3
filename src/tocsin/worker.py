"""The worker's loop: it outlives its database, and ends when it is told to."""

import asyncio
import logging
import signal

from procrastinate import App

PAUSE = 1.0  # seconds before the next try

log = logging.getLogger(__name__)


def work_until_stopped(app: App, concurrency: int) -> None:
    """Do jobs as they come until SIGINT or SIGTERM; running jobs are finished first.

    The library's worker ends when its connection does. A database that was restarted is no
    reason for that: begin again.
    """
    asyncio.run(_until_stopped(app, concurrency))


async def _until_stopped(app: App, concurrency: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        working = asyncio.create_task(_work(app, concurrency))
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            working.cancel()  # the library finishes the running jobs
        (ended,) = await asyncio.gather(working, return_exceptions=True)
        if not stop.is_set():
            log.warning("The worker lost its database (%s) and begins again", ended or "no reason")
            await asyncio.wait({stopping}, timeout=PAUSE)


async def _work(app: App, concurrency: int) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=concurrency,
            delete_jobs="successful",
            name="tocsin",
            install_signal_handlers=False,
        )
