"""`hops`: receivers that are far away, or put off one in twenty."""

import statistics
from contextlib import ExitStack

import msgspec

from bench.figures import Goal, Result, Row
from bench.measures.draining import PROCESSES, queued
from bench.measures.size import Size
from bench.processes import Sink, line
from bench.scene import Wanted, wait_for, workers

SHARE = 0.9
PUT_OFF = "0.05"
TURNS = 3


class Hop(msgspec.Struct, frozen=True):
    """A way to a receiver. `connections` of each delivery process; `words` for the sink."""

    name: str
    round_trip: float
    connections: int
    words: tuple[str, ...] = ()


NEAR = Hop("loopback", 0.0, 16)
HOPS = (
    Hop("20 ms round trip", 0.02, 64),
    Hop("100 ms round trip", 0.1, 256),
    Hop("5 % put off (451)", 0.0, 16, ("--defer", PUT_OFF)),
)
CHUNKING = ("--chunking",)


def measure(size: Size) -> Result:
    """Each way in turn with the near one; all lead through the same line, that only its length
    differs. The rate is of the first nine tenths, for what was put off comes later."""
    count = size.of(4_000)
    rows: list[Row] = []
    for hop in HOPS:
        pairs = [_pair(hop, count) for _ in range(TURNS if size.full else 1)]
        near = statistics.median(pair[0] for pair in pairs)
        far = statistics.median(pair[1] for pair in pairs)
        share = statistics.median(one / base for base, one in pairs)
        rows.append(Row(hop.name, far, "orders/s", None, near, "loopback, next"))
        rows.append(Row(f"{hop.name}, share", share, "x", Goal(least=0.8)))
    about = f"{count} accepted orders, {PROCESSES} delivery processes, 16 to 256 connections each"
    return Result("hops", about, tuple(rows))


def _pair(hop: Hop, count: int) -> tuple[float, float]:
    return _rate(NEAR, count), _rate(hop, count)


def _rate(hop: Hop, count: int) -> float:
    with ExitStack() as stack:
        sink = Sink(*CHUNKING, *hop.words)
        stack.callback(sink.close)
        port = stack.enter_context(line(sink.port, hop.round_trip))
        query = f"tls=none&connections={hop.connections}"
        intake = stack.enter_context(queued(count, port, Wanted(query=query)))
        stack.enter_context(workers(intake, PROCESSES))
        most = int(count * SHARE)
        wait_for(sink, most)
        at = [one.at for one in sink.taken()[:most]]
        return (most - 1) / (at[-1] - at[0])
