"""What benchmarks share: a service, a receiver, orders, and how much processor time went where."""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from twofifty.testing.load import Answered, Load, Post
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess
from twofifty.testing.samples import sample_order

TICKS = os.sysconf("SC_CLK_TCK")
WARM_UP = 50
HEADERS = (("Authorization", f"Bearer {KEY}"),)


class Scene(msgspec.Struct, frozen=True):
    """A running service that delivers to a running receiver."""

    service: ServiceProcess
    receiver: ReceiverProcess


@contextmanager
def scene(role: str = "all", **environ: str) -> Iterator[Scene]:
    """Both, on a fresh store, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with ReceiverProcess(folder) as receiver:
            told = {
                "TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver.port}?tls=none",
                "TWOFIFTY_LOG_LEVEL": "warning",
                **environ,
            }
            with ServiceProcess(folder, told, role=role) as service:
                yield Scene(service, receiver)


def warm(stage: Scene) -> None:
    """Sends a few orders through, so that every process is up and its caches are filled."""
    post(stage.service, orders(WARM_UP, first=1_000_000))
    wait_taken(stage.receiver, WARM_UP)


def orders(count: int, *, lines: int = 10, first: int = 0) -> list[Post]:
    """`count` different orders for `POST /v1/orders`, ready to send."""
    made = (sample_order(i, lines=lines) for i in range(first, first + count))
    # every eleventh sample is paid later; a benchmark wants each confirmed
    return [
        Post(order["id"], "/v1/orders", msgspec.json.encode(_paid(order)), HEADERS)
        for order in made
    ]


def _paid(order: dict[str, object]) -> dict[str, object]:
    return {**order, "state": {"payment": "paid", "fulfillment": "unfulfilled"}}


def post(service: ServiceProcess, posts: list[Post], **how: float | int) -> dict[str, Answered]:
    """Sends everything; all answers by name."""
    return asyncio.run(Load(service.port, **how).run(posts))  # type: ignore[arg-type]


def wait_taken(receiver: ReceiverProcess, count: int, seconds: float = 600.0) -> float:
    """Waits until the receiver has `count` messages; the time of the last one's arrival."""
    until = time.monotonic() + seconds
    while receiver.count() < count:
        if time.monotonic() > until:
            raise TimeoutError(f"{receiver.count()} of {count} messages after {seconds:g} s")
        time.sleep(0.01)
    return time.time()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int) -> float:
    """Resident memory of a process now, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processes(service: ServiceProcess) -> list[int]:
    """The intake process and its delivery processes."""
    return [service.pid, *service.workers()]
