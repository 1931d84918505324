"""A server of a test in a thread with an event loop of its own."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future

PATIENCE = 10.0


@contextlib.contextmanager
def served_aside(start: Callable[[], Awaitable[asyncio.Server]]) -> Iterator[None]:
    """What `start` listens with, until the block ends."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_run(start, started)), daemon=True)
    thread.start()
    loop, ended = started.result(PATIENCE)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(PATIENCE)


async def _run(
    start: Callable[[], Awaitable[asyncio.Server]],
    started: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]",
) -> None:
    server = await start()
    ended = asyncio.Event()
    started.set_result((asyncio.get_running_loop(), ended))
    await ended.wait()
    server.close()
