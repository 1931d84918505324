"""A delivery process: told by a pipe on standard input, or alone by looking for work itself."""

import asyncio
import os
import signal
import stat
import sys
from pathlib import Path

import uvloop

from twofifty import telemetry
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.pipe.broker import PipeListener
from twofifty.adapters.sqlite.database import path_of
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.app import Delivery
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError, TwofiftyError
from twofifty.queue.ports import Broker
from twofifty.settings import Settings, load

BROKEN = 70


def run(settings: Settings) -> int:
    """Delivers until SIGTERM, SIGINT or the end of the pipe; then finishes what is begun."""
    return uvloop.run(_deliver(settings))


async def _deliver(settings: Settings) -> int:
    if not settings.smtp_url:
        raise SettingsError("SMTP_URL: a worker on its own needs one, the mailbox is `serve`'s")
    stop, broken = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    # Ctrl-C goes to the whole group: who started us says when it is time.
    loop.add_signal_handler(signal.SIGINT, _nothing if _told() else stop.set)
    store = SqliteStore(path_of(settings.database_url), SystemClock(), broken=broken.set)
    delivery = Delivery(settings, settings.smtp_url, store, _broker(stop))
    delivery.start()
    telemetry.log().info("delivering", action="worker.start", owner=delivery.owner)
    stopped, broke = asyncio.create_task(stop.wait()), asyncio.create_task(broken.wait())
    await asyncio.wait((stopped, broke), return_when=asyncio.FIRST_COMPLETED)
    if broken.is_set():
        telemetry.log().critical("a write did not reach the disk", action="worker.broken")
        os._exit(BROKEN)
    broke.cancel()
    await delivery.stop()
    await store.close()
    return 0


def _nothing() -> None:
    """Does nothing."""


def _told() -> bool:
    """Whether a pipe leads here from the process that started this one."""
    return stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)


def _broker(stop: asyncio.Event) -> Broker:
    """The pipe, else none: the store is asked each second."""
    if _told():
        return PipeListener(sys.stdin.fileno(), stop.set)
    return MemoryBroker()


def main() -> None:
    """Entry point of `python -m twofifty.cli.worker`: spares what only the service needs."""
    os.umask(0o077)
    try:
        settings = load(os.environ, Path.cwd())
        telemetry.configure(settings.log_format, settings.log_level)
        sys.exit(run(settings))
    except TwofiftyError as fault:
        sys.exit(f"twofifty: {fault}")


if __name__ == "__main__":
    main()
