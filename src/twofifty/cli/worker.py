"""A delivery process: told by a pipe on standard input, or alone by looking for work itself."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import uvloop
from prometheus_client import start_http_server

from twofifty import telemetry
from twofifty.adapters.pipe.broker import PipeListener
from twofifty.app import heap
from twofifty.app.carriers import news
from twofifty.app.delivery import Delivery, Leaving
from twofifty.app.letters import sample
from twofifty.app.stores import open_store
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError, TwofiftyError
from twofifty.settings import Settings, load

BROKEN = 70


def run(settings: Settings, *, told: bool = False, mailbox: Path | None = None) -> int:
    """Delivers until SIGTERM or SIGINT; then finishes what is begun. `told`: standard input is a
    pipe from the intake process, whose end is an end too; else the store is asked each second.
    `mailbox`: the built-in mailbox's file where that is the next hop.

    Raises SettingsError without a next hop.
    """
    if not settings.smtp_url:
        raise SettingsError("SMTP_URL: a worker on its own needs one, the mailbox is `serve`'s")
    return uvloop.run(_deliver(settings, Leaving(settings.smtp_url, mailbox), told))


async def _deliver(settings: Settings, leaving: Leaving, told: bool) -> int:
    stop, broken = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    # Ctrl-C goes to the whole group: who started us says when it is time.
    loop.add_signal_handler(signal.SIGINT, nothing if told else stop.set)
    store = open_store(
        settings.database_url,
        SystemClock(),
        sample=lambda: sample(settings),
        broken=broken.set,
    )
    stop_telling = nothing if told else _told_metrics(settings)
    near = PipeListener(sys.stdin.fileno(), stop.set) if told else None
    broker = news(settings, near)
    delivery = Delivery(settings, leaving, store, broker, died=broken.set)
    heap.settle()
    delivery.start()
    telemetry.log().info("delivering", action="worker.start", owner=delivery.owner)
    stopped, broke = asyncio.create_task(stop.wait()), asyncio.create_task(broken.wait())
    await asyncio.wait((stopped, broke), return_when=asyncio.FIRST_COMPLETED)
    if broken.is_set():
        telemetry.log().critical("this process cannot go on", action="worker.broken")
        os._exit(BROKEN)
    broke.cancel()
    await delivery.stop()
    await broker.close()
    await store.close()
    stop_telling()
    telemetry.log().info("stopped", action="worker.stop", owner=delivery.owner)
    return 0


def nothing() -> None:
    """Does nothing."""


def _told_metrics(settings: Settings) -> Callable[[], None]:
    """Answers `/metrics` for this process alone, until what is returned is called. A worker beside
    an intake process is counted there. Of several on a machine one has the port: the others say so,
    and send mail all the same."""
    if not settings.metrics_port:
        return nothing
    place = f"{settings.host}:{settings.metrics_port}"
    try:
        server, _ = start_http_server(
            settings.metrics_port, settings.host, registry=telemetry.DELIVERY
        )
    except OSError as fault:
        telemetry.log().error(
            f"no metrics are told at {place}: {fault.strerror}; another METRICS_PORT may be free",
            action="metrics.untold",
            place=place,
        )
        return nothing

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop


def main() -> None:
    """Entry point of `python -m twofifty.cli.worker`: spares what only the service needs."""
    os.umask(0o077)
    try:
        settings = load(os.environ, Path.cwd())
        telemetry.configure(settings.log_format, settings.log_level)
        mailbox = Path(sys.argv[1]) if sys.argv[1:] else None
        sys.exit(run(settings, told=True, mailbox=mailbox))
    except TwofiftyError as fault:
        sys.exit(f"twofifty: {fault}")


if __name__ == "__main__":
    main()
