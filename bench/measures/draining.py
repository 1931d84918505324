"""A queue of accepted orders, and how fast two delivery processes empty it."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.peers import Drained
from bench.processes import SINK, PostfixSink, Receiver, Sink
from bench.scene import Meter, Wanted, accepted, service, told, wait_for, workers
from twofifty.testing.process import ServiceProcess

PROCESSES = 2


@contextmanager
def sink() -> Iterator[PostfixSink | Sink]:
    """What the peers deliver to as well; our own where that is not installed."""
    made = PostfixSink() if SINK else Sink()
    try:
        yield made
    finally:
        made.close()


@contextmanager
def queued(count: int, port: int, wanted: Wanted) -> Iterator[ServiceProcess]:
    """A store with `count` accepted orders that nobody delivers yet; the service has ended. What it
    is to deliver through is `port`. `wanted.folder` may hold keys that sign."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        placed = msgspec.structs.replace(wanted, role="api", folder=wanted.folder or Path(name))
        with service(port, placed) as intake:
            accepted(intake, count)
            intake.terminate()
            intake.environ.update(told(port, placed))
            yield intake


def drain(count: int, wanted: Wanted = Wanted()) -> Drained:  # noqa: B008 - frozen
    """How fast two processes deliver `count` accepted orders to the sink."""
    with sink() as receiver, queued(count, receiver.port, wanted) as intake:
        return emptied(intake, receiver, count)


def emptied(intake: ServiceProcess, receiver: Receiver, count: int) -> Drained:
    """From the first to the last message, as the peers are measured."""
    with workers(intake, PROCESSES) as pids:
        while receiver.count() < 1:
            time.sleep(0.004)
        meter, began, had = Meter(*pids), time.monotonic(), receiver.count()
        ended = wait_for(receiver, count)
        return Drained((count - had) / (ended - began), meter.seconds() / (count - had) * 1e6)
