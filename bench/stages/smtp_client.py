"""CPU per message of the SMTP client: ours and smtplib with a kept connection, into smtp-sink.

    python bench/stages/smtp_client.py [--messages 5000] [--connections 16]

Both send the same 20 KB message over loopback to the same sink, in turn, in one run; each row is
the best of three. CPU is user and system time of this process; the sink's own is not in it.
"""

import argparse
import asyncio
import contextlib
import resource
import shutil
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvloop
from rich.console import Console
from rich.table import Table

from twofifty.adapters.smtp.pool import BEHIND, SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted
from twofifty.deliver.ports import Envelope

SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/libexec/postfix")
SENDER, RECIPIENT = "orders@example.com", "buyer@example.com"
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one way to send: CPU and wall microseconds per message."""

    cpu: float
    wall: float


def message(size: int = 20_000) -> bytes:
    """Quoted-printable-like text of `size` bytes in lines of 76."""
    head = b"From: orders@example.com\r\nTo: buyer@example.com\r\nSubject: Order 1001\r\n\r\n"
    line = b"The quick brown fox jumps over the lazy dog, 10.00 EUR, pack my box with 5.=\r\n"
    return head + line * ((size - len(head)) // len(line))


async def send_ours(port: int, data: bytes, count: int, connections: int) -> None:
    """All messages through one channel, as many senders as connections."""
    (route,) = parse_routes(f"smtp://127.0.0.1:{port}?connections={connections}")
    channel = SmtpChannel(route, helo="bench.example.com")
    envelope = Envelope("bench@example.com", SENDER, RECIPIENT, data)
    left = iter(range(count))

    async def journalled() -> bool:
        return True

    async def sender() -> None:
        for _ in left:
            outcome = await channel.send(envelope, journalled)
            if not isinstance(outcome, Accepted):
                raise SystemExit(f"not accepted: {outcome}")

    await asyncio.gather(*(sender() for _ in range(connections * BEHIND)))
    await channel.close()


def send_smtplib(port: int, data: bytes, count: int) -> None:
    """All messages over one kept connection."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example.com") as client:
        for _ in range(count):
            client.sendmail(SENDER, [RECIPIENT], data)


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink on a free port of loopback."""
    if SINK is None:
        raise SystemExit("smtp-sink is not installed (Debian: apt-get install postfix)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = ["-u", "nobody"] if _is_root() else []
    process = subprocess.Popen([SINK, *user, f"127.0.0.1:{port}", "100"])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def measure(work: Callable[[], None], count: int) -> Figure:
    """The best of some rounds, per message."""
    best = Figure(float("inf"), float("inf"))
    for _ in range(ROUNDS):
        cpu, wall = _cpu(), time.perf_counter()
        work()
        took = Figure((_cpu() - cpu) / count * 1e6, (time.perf_counter() - wall) / count * 1e6)
        best = min(best, took, key=lambda figure: figure.cpu)
    return best


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--connections", type=int, default=16)
    chosen = parser.parse_args()
    data, count = message(), int(chosen.messages)
    with sink() as port:
        usual = measure(lambda: send_smtplib(port, data, count), count)
        rows = {"smtplib, kept connection": usual}
        for name, loop in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
            with_loop = _with_loop(loop, port, data, count, int(chosen.connections))
            rows[f"ours, {name}"] = measure(with_loop, count)
    _print(rows, usual, f"{count} messages of {len(data)} bytes")


def _with_loop(
    loop: Callable[[], asyncio.AbstractEventLoop],
    port: int,
    data: bytes,
    count: int,
    connections: int,
) -> Callable[[], None]:
    def work() -> None:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(send_ours(port, data, count, connections))

    return work


def _print(rows: dict[str, Figure], usual: Figure, title: str) -> None:
    table = Table("client", "CPU us", "wall us", "x smtplib", title=title)
    for name, figure in rows.items():
        ratio = f"{usual.cpu / figure.cpu:.2f}"
        table.add_row(name, f"{figure.cpu:.1f}", f"{figure.wall:.1f}", ratio)
    Console(file=sys.stdout).print(table)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _is_root() -> bool:
    return subprocess.run(["id", "-u"], capture_output=True, check=True).stdout.strip() == b"0"


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit("smtp-sink did not start")


if __name__ == "__main__":
    main()
