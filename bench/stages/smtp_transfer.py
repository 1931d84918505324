"""BDAT beside DATA beside smtplib: CPU on loopback, and rate over a line with a round trip.

    python bench/stages/smtp_transfer.py [--messages 3000] [--round-trip 0.02]

All send the same 20 KB message to the same receiver, a process of its own that offers CHUNKING and
PIPELINING, in turn, in one run; each row is the best of three. CPU is user and system time of this
process. Over the line each client has one connection, so that its round trips are what counts.
"""

import argparse
import asyncio
import contextlib
import json
import resource
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvloop
from rich.console import Console
from rich.table import Table

from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted
from twofifty.deliver.ports import Envelope

SENDER, RECIPIENT = "orders@example.com", "buyer@example.com"
ROUNDS = 3
WAITING = 8
"""Messages on their way or waiting for each connection, as they are while a queue is emptied."""
LINE = b"The quick brown fox jumps over the lazy dog, 10.00 EUR, pack my box with 5.=\r\n"
MAIL = b"From: orders@example.com\r\nSubject: Order 1001\r\n\r\n" + LINE * 260


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one way to send: CPU and wall microseconds per message."""

    cpu: float
    wall: float


async def _journalled() -> bool:
    return True


async def send_ours(port: int, count: int, options: str) -> None:
    """All messages through one channel, with some always waiting for each connection."""
    (route,) = parse_routes(f"smtp://127.0.0.1:{port}?messages=100000&{options}")
    channel = SmtpChannel(route, helo="bench.example.com")
    envelope = Envelope("bench", SENDER, RECIPIENT, MAIL)
    left = iter(range(count))

    async def sender() -> None:
        for _ in left:
            outcome = await channel.send(envelope, _journalled)
            if not isinstance(outcome, Accepted):
                raise SystemExit(f"not accepted: {outcome}")

    await asyncio.gather(*(sender() for _ in range(route.connections * WAITING)))
    await channel.close()


def send_smtplib(port: int, count: int) -> None:
    """All messages over one kept connection."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example.com") as client:
        for _ in range(count):
            client.sendmail(SENDER, [RECIPIENT], MAIL)


@contextlib.contextmanager
def process(*arguments: str) -> Iterator[int]:
    """A process that prints a JSON line with its `port` first."""
    started = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        yield int(json.loads(started.stdout.readline())["port"])
    finally:
        started.terminate()
        started.wait()


async def serve_line(port: int, round_trip: float) -> None:
    """Passes bytes on to `port` and back, each half a round trip later."""

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await source.read(1 << 20):
            loop.call_later(round_trip / 2, sink.write, data)
        loop.call_later(round_trip / 2, sink.close)

    async def both_ways(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, outer), pump(inner, writer))

    server = await asyncio.start_server(both_ways, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


def measure(work: Callable[[], None], count: int) -> Figure:
    """The best of some rounds, per message."""
    best = Figure(float("inf"), float("inf"))
    for _ in range(ROUNDS):
        cpu, wall = _cpu(), time.perf_counter()
        work()
        took = Figure((_cpu() - cpu) / count * 1e6, (time.perf_counter() - wall) / count * 1e6)
        best = min(best, took, key=lambda figure: figure.wall)
    return best


def rows(port: int, count: int, connections: int) -> dict[str, Figure]:
    """Each way of sending, in turn."""
    found = {"smtplib, kept connection": measure(lambda: send_smtplib(port, count), count)}
    for loop, make in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
        for way, option in (("DATA", "bdat=never"), ("BDAT", "bdat=auto")):
            options = f"connections={connections}&{option}"
            found[f"ours, {way}, {loop}"] = measure(_ours(make, port, count, options), count)
    return found


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--round-trip", type=float, default=0.02, help="seconds")
    parser.add_argument("--line-to", type=int, help="be the line to this port")
    chosen = parser.parse_args()
    if chosen.line_to:
        asyncio.run(serve_line(chosen.line_to, chosen.round_trip))
        return
    with process("-m", "twofifty.testing.receiver", "--chunking") as port:
        count = int(chosen.messages)
        _print(rows(port, count, 16), f"loopback, {count} messages of {len(MAIL)} bytes")
        line = ("--line-to", str(port), "--round-trip", str(chosen.round_trip))
        with process(__file__, *line) as far:
            few = max(20, count // 30)
            words = f"{chosen.round_trip * 1000:g} ms round trip, one connection, {few} messages"
            _print(rows(far, few, 1), words)


def _ours(
    make: Callable[[], asyncio.AbstractEventLoop], port: int, count: int, options: str
) -> Callable[[], None]:
    def run() -> None:
        with asyncio.Runner(loop_factory=make) as runner:
            runner.run(send_ours(port, count, options))

    return run


def _print(found: dict[str, Figure], title: str) -> None:
    table = Table("client", "CPU us", "x smtplib", "messages/s", "x smtplib", title=title)
    usual = next(iter(found.values()))
    for name, figure in found.items():
        table.add_row(
            name,
            f"{figure.cpu:.1f}",
            f"{usual.cpu / figure.cpu:.2f}",
            f"{1e6 / figure.wall:.0f}",
            f"{usual.wall / figure.wall:.2f}",
        )
    Console(file=sys.stdout).print(table)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
