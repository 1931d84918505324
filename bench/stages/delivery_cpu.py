"""Where the processor time of a delivery process goes: orders in the queue to 250 at smtp-sink.

    python bench/stages/delivery_cpu.py [--orders 4000] [--keep FOLDER]

A service without workers takes the orders in; then one delivery process, which is this one, empties
the queue. Stages are told apart by looking at the stack at every so many microseconds of processor
time, so that nothing that is measured is changed for it. `other threads` is what commits, and what
signs. `--keep`: the filled store is kept there for the next run.
"""

import argparse
import asyncio
import collections
import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import uvloop
from rich.console import Console
from rich.table import Table

from twofifty import telemetry
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.app import dkim
from twofifty.app.delivery import Delivery, Leaving
from twofifty.app.letters import sample
from twofifty.app.stores import open_store
from twofifty.clock import SystemClock
from twofifty.settings import Settings, load
from twofifty.testing.load import Load, Post
from twofifty.testing.process import KEY, ServiceProcess
from twofifty.testing.samples import sample_order

SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/libexec/postfix")
EVERY = 0.001

STAGES = (
    ("structlog", "", "log"),
    ("prometheus_client", "", "metrics"),
    ("relational/codec", "", "codec"),
    ("order/wire", "", "order decode"),
    ("compose/", "", "compose"),
    ("app/identity", "", "compose"),
    ("flow/mailing", "", "compose"),
    ("app/pages", "", "links"),
    ("track/", "", "links"),
    ("twofifty/telemetry", "", "log"),
    ("adapters/pipe", "", "worker"),
    ("relational/lease", "", "lease"),
    ("relational/outbox", "leased", "lease"),
    ("relational/settle", "", "rows"),
    ("relational/sweep", "", "sweep"),
    ("relational/", "", "store, other"),
    ("sqlite/pages", "", "rows"),
    ("sqlite/writer", "", "commit"),
    ("adapters/smtp", "", "smtp"),
    ("deliver/routes", "", "routes"),
    ("queue/worker", "", "worker"),
    ("flow/deliver", "", "courier"),
    ("twofifty/", "", "other of ours"),
)
"""Part of a file's name, a function in it (empty: any), the stage. The first that fits counts,
the innermost frame first."""


class Sampler:
    """Counts where this thread is, every `EVERY` seconds of processor time."""

    def __init__(self) -> None:
        self.seen: collections.Counter[str] = collections.Counter()
        self.lines: collections.Counter[str] = collections.Counter()

    def __enter__(self) -> "Sampler":
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, _: int, frame: FrameType | None) -> None:
        if frame is not None:
            code = frame.f_code
            self.lines[f"{'/'.join(code.co_filename.split('/')[-2:])}:{code.co_name}"] += 1
        self.seen[_stage(frame)] += 1


def _stage(frame: FrameType | None) -> str:
    while frame is not None:
        code = frame.f_code
        for file, function, stage in STAGES:
            if file in code.co_filename and function in ("", code.co_name):
                return stage
        frame = frame.f_back
    return "event loop"


def fill(folder: Path, count: int) -> None:
    """A store in `folder` with that many orders to be confirmed."""
    headers = (("Authorization", f"Bearer {KEY}"),)
    posts = [
        Post(order["id"], "/v1/orders", msgspec.json.encode(order), headers)
        for order in (paid(number) for number in range(count))
    ]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        # no workers take anything out; the next hop is never asked
        told = {"TWOFIFTY_SMTP_URL": "smtp://127.0.0.1:9?tls=none", "TWOFIFTY_LOG_LEVEL": "warning"}
        with ServiceProcess(Path(name), told, role="api") as service:
            asyncio.run(Load(service.port, connections=32).run(posts))
            service.terminate()
        shutil.copytree(Path(name) / "data", folder, dirs_exist_ok=True)


def paid(number: int) -> dict[str, Any]:
    """A sample order that is owed its confirmation at once."""
    state = {"payment": "paid", "fulfillment": "unfulfilled"}
    return {**sample_order(number, lines=10), "state": state}


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink on a free port of loopback."""
    if SINK is None:
        raise SystemExit("smtp-sink is not installed (Debian: apt-get install postfix)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    process = subprocess.Popen([SINK, *user, f"127.0.0.1:{port}", "100"])
    try:
        while not _answers(port):
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


async def drain(settings: Settings, database: Path) -> tuple[float, float, float]:
    """Delivers all of it; processor time of this thread and of all, and wall time, in seconds."""
    store = open_store(settings.database_url, SystemClock(), sample=lambda: sample(settings))
    died = asyncio.Event()
    delivery = Delivery(settings, Leaving(settings.smtp_url), store, MemoryBroker(), died=died.set)
    watch = sqlite3.connect(database)
    before = time.thread_time(), time.process_time(), time.perf_counter()
    delivery.start()
    # Rows in a file: there is no event to wait for.
    while watch.execute("SELECT 1 FROM jobs LIMIT 1").fetchone() and not died.is_set():  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    after = time.thread_time(), time.process_time(), time.perf_counter()
    await delivery.stop()
    await store.close()
    own, whole, wall = (end - begin for begin, end in zip(before, after, strict=True))
    return own, whole, wall


def main() -> None:
    """Fills a store, empties it, prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=4000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--options", default="", help="of the route, as &connections=4")
    parser.add_argument("--dkim", action="store_true", help="signed by RSA and Ed25519")
    parser.add_argument("--lines", action="store_true", help="the innermost functions too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, sink() as port:
        kept = chosen.keep or Path(name) / "kept"
        if not kept.exists():
            fill(kept, chosen.orders)
        shutil.copytree(kept, Path(name) / "data")
        database = Path(name) / "data" / "twofifty.db"
        environ = {
            "TWOFIFTY_DATABASE_URL": f"sqlite:///{database}",
            "TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{port}?tls=none{chosen.options}",
            "TWOFIFTY_WORKERS": "1",
        }
        settings = load(environ, Path(name))
        if chosen.dkim:
            dkim.create(settings, "localhost.localdomain", today=datetime.now(UTC).date())
        telemetry.configure("json", "info")
        with sqlite3.connect(database) as db:
            (count,) = db.execute("SELECT count(*) FROM jobs").fetchone()
        with Sampler() as sampler:
            own, whole, wall = uvloop.run(drain(settings, database))
    _print(sampler, (own, whole, wall), count, lines=chosen.lines)


def _print(sampler: Sampler, took: tuple[float, float, float], count: int, *, lines: bool) -> None:
    own, whole, wall = took
    total = sum(sampler.seen.values())
    title = f"{count} orders, {count / wall:.0f} a second"
    table = Table("stage", "CPU us an order", title=title)
    for stage, seen in sampler.seen.most_common():
        table.add_row(stage, f"{own * seen / total / count * 1e6:.1f}")
    table.add_row("other threads", f"{(whole - own) / count * 1e6:.1f}")
    table.add_row("all", f"{whole / count * 1e6:.1f}")
    console = Console(file=sys.stdout)
    console.print(table)
    if lines:
        for name, seen in sampler.lines.most_common(40):
            console.print(f"{own * seen / total / count * 1e6:7.1f}  {name}")


if __name__ == "__main__":
    main()
