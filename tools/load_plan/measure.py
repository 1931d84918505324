"""Measures what an order costs on this machine, for the simulation to begin with.

    python -m tools.load_plan.measure [--orders N] [--postgresql]

Over SQLite, or over a PostgreSQL server of its own, whose processes' work is the store's. The
figures are kept in measured.json: processor time is per order, under load and at 20 orders/s.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import msgspec
import psycopg

from bench import servers
from tools.load_plan.figures import MEASURED, Idle, Measured, Pace, Written, measured
from twofifty.testing.load import Answered, Load, Post
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess
from twofifty.testing.samples import sample_order

NO_SERVER = servers.Server("", 0)
WARM = 60
CALLERS = 32
CALM_RATE = 20.0
CALM_ORDERS = 200
IDLE_SECONDS = 5.0
FSYNCS = 200
_TICKS = os.sysconf("SC_CLK_TCK")
_HEADERS = (("Authorization", f"Bearer {KEY}"),)


def main() -> None:
    """Measures one store and writes its figures beside those of the other."""
    parser = argparse.ArgumentParser(prog="python -m tools.load_plan.measure")
    parser.add_argument("--orders", type=int, default=4_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    name = "postgresql" if asked.postgresql else "sqlite"
    with servers.postgresql() if asked.postgresql else nullcontext(NO_SERVER) as server:
        kept = {**measured(), name: measure(asked.orders, server.url)}
    MEASURED.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
    sys.stdout.write(f"{MEASURED.name}: {name} written\n")


def measure(orders: int, database_url: str) -> Measured:
    """One run: as fast as it goes, then calmly, over a fresh service and receiver."""
    with tempfile.TemporaryDirectory(prefix="load-plan-") as name:
        folder = Path(name)
        (folder / "data").mkdir()
        told = {"TWOFIFTY_DATABASE_URL": database_url} if database_url else {}
        with ReceiverProcess(folder) as receiver:
            told["TWOFIFTY_SMTP_URL"] = f"smtp://127.0.0.1:{receiver.port}?tls=none"
            told["TWOFIFTY_WORKERS"] = "2"
            told["TWOFIFTY_LOG_LEVEL"] = "warning"
            with ServiceProcess(folder, told) as service:
                scene = Scene(service, receiver, database_url)
                scene.pace(WARM, None)
                idle = scene.idle(IDLE_SECONDS)
                before = scene.written()
                fast = scene.pace(orders, None)
                wrote = scene.written().less(before).by(orders)
                syncs = [_fsync_ms(folder)]
                calm = scene.pace(CALM_ORDERS, CALM_RATE)
                syncs.append(_fsync_ms(folder))
        return Measured(
            orders=orders,
            fsync_ms=min(syncs),
            fast=fast,
            calm=calm.without(idle, CALM_RATE),
            written=wrote,
        )


class Scene:
    """A running service and its receiver, asked for what they have worked so far."""

    def __init__(self, service: ServiceProcess, receiver: ReceiverProcess, url: str) -> None:
        self._service, self._receiver, self._url = service, receiver, url
        self._begun = 0
        self._server = _server(url) if url else 0

    def pace(self, count: int, rate: float | None) -> Pace:
        """Sends `count` orders, at `rate` a second or as fast as they are answered, until the
        receiver has them all."""
        posts = [_post(number) for number in range(self._begun, self._begun + count)]
        self._begun += count
        before, began = self._worked(), time.time()
        load = Load(self._service.port, connections=CALLERS if rate is None else 4, pace=rate)
        answered = asyncio.run(load.run(posts))
        while self._receiver.count() < self._begun:
            time.sleep(0.005)
        arrived = sorted(one.at for one in self._receiver.taken()[-count:])
        seconds = arrived[-1] - began
        spent = [now - was for now, was in zip(self._worked(), before, strict=True)]
        ours = sum(spent[:5])
        return Pace(
            rate=count / seconds,
            api_us=spent[0] / count * 1e6,
            worker_us=spent[1] / count * 1e6,
            store_us=spent[2] / count * 1e6,
            load_us=spent[3] / count * 1e6,
            receiver_us=spent[4] / count * 1e6,
            others=max(0.0, spent[5] - ours) / seconds,
            answer_ms=_median(one.seconds for one in answered.values()) * 1e3,
            sent_ms=_whole_way(answered, arrived) * 1e3,
        )

    def idle(self, seconds: float) -> Idle:
        """What the processes work while nothing comes, of each second."""
        before = self._worked()
        time.sleep(seconds)
        spent = [now - was for now, was in zip(self._worked(), before, strict=True)]
        return Idle(spent[0] / seconds, spent[1] / seconds, spent[2] / seconds)

    def written(self) -> Written:
        """What the store has written by now."""
        if not self._url:
            files = (self._service.folder / "data").glob("twofifty.db*")
            return Written(bytes=float(sum(file.stat().st_size for file in files)))
        with _connected(self._url) as connection:
            row = connection.execute(_WRITTEN).fetchone()
        if row is None:
            raise RuntimeError("the database says nothing of itself")
        return Written(*(float(str(one)) for one in row))

    def _worked(self) -> tuple[float, ...]:
        """Seconds of processor time: intake, workers, store, load, receiver, all of the machine."""
        receiver = [
            pid for pid in _children(os.getpid()) if "twofifty.testing.receiver" in _said(pid)
        ]
        return (
            _seconds(self._service.pid),
            sum(map(_seconds, self._service.workers())),
            sum(map(_whole, [self._server, *_children(self._server)])) if self._url else 0.0,
            time.process_time(),
            sum(map(_seconds, receiver)),
            _machine(),
        )


_WRITTEN = """
SELECT pg_database_size(current_database()),
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0'),
       (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()),
       (SELECT sum(n_tup_ins) FROM pg_stat_user_tables),
       (SELECT sum(n_tup_upd) FROM pg_stat_user_tables),
       (SELECT sum(n_tup_del) FROM pg_stat_user_tables)
"""


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    plain = url.partition("?")[0]
    with psycopg.connect(plain, autocommit=True) as connection:
        # counts of other sessions are told a second after they are made
        time.sleep(1.5)
        yield connection


def _post(number: int) -> Post:
    order = {**sample_order(number, lines=10), "id": f"plan-{number}", "number": f"P{number}"}
    order["state"] = {"payment": "paid", "fulfillment": "unfulfilled"}
    return Post(order["id"], "/v1/orders", msgspec.json.encode(order), _HEADERS)


def _whole_way(answered: dict[str, Answered], arrived: list[float]) -> float:
    """The median of seconds from an order's sending to its mail's arrival."""
    wall = time.time() - time.monotonic()
    sent = sorted(one.at - one.seconds + wall for one in answered.values())
    return _median(at - began for at, began in zip(arrived, sent, strict=True))


def _median(values: Iterator[float]) -> float:
    return statistics.median(list(values))


def _fsync_ms(folder: Path) -> float:
    """Milliseconds until the disk has 16 KB that were written at a file's end, by the median."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        return _median(_synced(file.fileno()) for _ in range(FSYNCS)) * 1e3


def _synced(file: int) -> float:
    began = time.perf_counter()
    os.write(file, b"\x00" * 16_384)
    os.fdatasync(file)
    return time.perf_counter() - began


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _seconds(pid: int) -> float:
    """User and system time of a process."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _whole(pid: int) -> float:
    """The same, with its children that have ended; nothing of one that has ended itself, which its
    parent counts now."""
    try:
        return sum(map(int, _fields(pid)[11:15])) / _TICKS
    except OSError:
        return 0.0


def _machine() -> float:
    """What all cores have worked since the start."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()
    user, nice, system, _, _, irq, soft, *_ = map(int, first[1:])
    return (user + nice + system + irq + soft) / _TICKS


def _server(url: str) -> int:
    """The process above the sessions of the database."""
    with _connected(url) as connection:
        return int(_fields(connection.info.backend_pid)[1])


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


def _said(pid: int) -> str:
    try:
        said = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return said.replace(b"\x00", b" ").decode(errors="replace")


if __name__ == "__main__":
    main()
