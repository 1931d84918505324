"""`drain`: the peers' own scope, orders that wait in the queue until the last 250 at the sink."""

import statistics
import subprocess

import msgspec

from bench.figures import Goal, Result, Row
from bench.measures.draining import drain
from bench.measures.size import Size, beside
from bench.peers import PEERS, Drained, Peer, drained
from bench.picture import Bar
from bench.scene import Wanted

OURS = "twofifty"
BEFORE = "twofifty before"


class Pair(msgspec.Struct, frozen=True):
    """A peer and us, one after the other."""

    peer: str
    theirs: Drained
    ours: Drained


def measure(size: Size) -> Result:
    """Ours and the peers' in turn; each peer's ratio is of neighbours in time."""
    count = size.of(5_000)
    here = [peer for peer in PEERS if not peer.missing()]
    notes = [f"{peer.name}: {why}" for peer in PEERS if (why := peer.missing())]
    pairs: list[Pair] = []
    for _ in range(size.turns()):
        pairs += _round(here, count, notes)
    runs = _once({id(pair.ours): pair.ours for pair in pairs}, size, count)
    rate = statistics.median(one.rate for one in runs)
    rows = [
        Row("orders to 250", rate, "orders/s", Goal(least=3_000)),
        Row("CPU per order", statistics.median(one.cpu for one in runs), "us"),
        *(row for peer in here for row in _beside(peer.name, pairs, peer.times)),
        *_beside(BEFORE, pairs, None),
    ]
    about = f"{count} accepted orders of 10 lines, 2 delivery processes, to smtp-sink"
    return Result("drain", about, tuple(rows), tuple(dict.fromkeys(notes)), _bars(rate, pairs))


def _once(runs: dict[int, Drained], size: Size, count: int) -> list[Drained]:
    """Our runs; of those alone where there is nobody beside."""
    return list(runs.values()) or [drain(count) for _ in range(size.turns())]


def _round(here: list[Peer], count: int, notes: list[str]) -> list[Pair]:
    """Peer, we, peer; peer, we, peer: each of ours stands beside two of them."""
    pairs: list[Pair] = []
    for two in (here[:2], here[2:]):
        if two:
            first = _theirs(two[:1], count, notes)
            ours = drain(count)
            both = first | _theirs(two[1:], count, notes)
            pairs += [Pair(name, one, ours) for name, one in both.items()]
    if tree := beside():
        pairs.append(Pair(BEFORE, drain(count, Wanted(tree=tree)), drain(count)))
    return pairs


def _theirs(peers: list[Peer], count: int, notes: list[str]) -> dict[str, Drained]:
    """What they did; one that failed is noted."""
    done: dict[str, Drained] = {}
    for peer in peers:
        try:
            done[peer.name] = drained(peer, count)
        except (RuntimeError, subprocess.SubprocessError) as fault:
            notes.append(f"{peer.name}: {fault}")
    return done


def _beside(name: str, pairs: list[Pair], goal: float | None) -> list[Row]:
    both = [pair for pair in pairs if pair.peer == name]
    if not both:
        return []
    ratio = statistics.median(pair.ours.rate / pair.theirs.rate for pair in both)
    cpu = statistics.median(pair.theirs.cpu / pair.ours.cpu for pair in both)
    theirs = statistics.median(pair.theirs.rate for pair in both)
    ours = statistics.median(pair.ours.rate for pair in both)
    return [
        Row(f"rate of {name}", theirs, "orders/s"),
        Row(f"beside {name}", ours, "orders/s", None, theirs, name),
        Row(f"times {name}", ratio, "x", Goal(least=goal) if goal else None),
        Row(f"less CPU than {name}", cpu, "x"),
    ]


def _bars(rate: float, pairs: list[Pair]) -> tuple[Bar, ...]:
    names = dict.fromkeys(pair.peer for pair in pairs)
    theirs = (
        Bar(
            name,
            statistics.median(pair.theirs.rate for pair in pairs if pair.peer == name),
            "orders/s",
            own=False,
        )
        for name in names
    )
    return (Bar(OURS, rate, "orders/s"), *theirs)
