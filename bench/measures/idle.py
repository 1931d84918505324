"""`idle`: what a service costs that has nothing to do, and how soon it is ready."""

import statistics
import subprocess
import sys
import time

from bench.figures import Goal, Result, Row
from bench.measures.draining import queued, sink
from bench.measures.size import Size
from bench.scene import Meter, Wanted, service, wait_for, workers

STARTS = 5
WAITING = 20
CALM_SECONDS = 8.0
LIBRARIES = "import uvicorn, starlette.applications, msgspec, structlog"


def measure(size: Size) -> Result:
    """A service on SQLite with its delivery processes, left alone."""
    seconds = 10 if size.quick else 60
    ready = [_ready() for _ in range(STARTS)]
    bare = [_timed((sys.executable, "-c", LIBRARIES)) for _ in range(STARTS)]
    with service(9) as ours:
        time.sleep(CALM_SECONDS)
        meter = Meter(ours.pid)
        time.sleep(seconds)
        share = meter.seconds() / seconds * 100
        memory, processes = meter.memory(), len(meter.pids())
    rows = (
        Row("CPU of an idle service", share, "% of a core", Goal(most=0.5)),
        Row(
            "start to ready",
            statistics.median(ready),
            "s",
            Goal(most=1.5),
            statistics.median(bare),
            "importing its web libraries",
        ),
        Row("a delivery process, start to first 250", _first_mail(), "s"),
        Row("memory, all our processes", memory, "MB"),
        Row("processes", processes, ""),
    )
    return Result("idle", f"{seconds} s after the start, SQLite, 2 delivery processes", rows)


def _ready() -> float:
    """From the start of the process to the first 200 of `/readyz`, on a fresh store."""
    began = time.perf_counter()
    with service(9):
        return time.perf_counter() - began


def _first_mail() -> float:
    """From the start of a delivery process to the first mail of those that wait."""
    with sink() as receiver, queued(WAITING, receiver.port, Wanted()) as intake:
        began = time.perf_counter()
        with workers(intake, 1):
            wait_for(receiver, 1)
            return time.perf_counter() - began


def _timed(command: tuple[str, ...]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began
