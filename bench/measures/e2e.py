"""`e2e`, `e2e-pg`, `e2e-amqp`: orders by HTTP to 250 at the receiver, durable all the way."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from bench import usual
from bench.figures import Goal, Result, Row, Skipped
from bench.measures.numbers import compared, kept
from bench.measures.size import Size, beside
from bench.orders import address, mixed, real
from bench.peers import PEERS
from bench.picture import Bar
from bench.processes import Load, Sink, cpu_seconds, memory_mb
from bench.scene import Meter, Wanted, service, wait_for, warm
from bench.servers import Server, postgresql, queues, rabbitmq
from twofifty.app.place import check_store
from twofifty.errors import SettingsError
from twofifty.testing.samples import sample_order

SAMPLE_SECONDS = 0.5


class Whole(msgspec.Struct, frozen=True):
    """One run. CPU in microseconds per order: of our processes, of servers beside them, of the
    load, of the sink. `memory`: the most that our processes had together, MB. `compared`: how many
    orders got no mail, and how many mails came twice."""

    rate: float
    cpu: float
    servers: float
    load: float
    sink: float
    memory: float
    compared: tuple[int, int]


@contextmanager
def watched(pids: Callable[[], list[int]]) -> Iterator[list[tuple[float, float]]]:
    """Memory of processes while the block runs: moments and MB."""
    seen: list[tuple[float, float]] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            seen.append((time.monotonic(), memory_mb(pids())))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield seen
    finally:
        ended.set()
        watching.join()
        seen.append((time.monotonic(), memory_mb(pids())))


def whole(count: int, wanted: Wanted, *servers: Server) -> Whole:
    """One service, warm; then `count` orders as fast as they are taken."""
    with ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        ours = stack.enter_context(service(sink.port, wanted))
        had = warm(ours, sink)
        meter, beneath = Meter(ours.pid), Meter(*(server.pid for server in servers))
        swallowed = cpu_seconds([sink.pid])
        with watched(meter.pids) as memory:
            answers = Load(ours.port, mixed(count)).answers()
            wait_for(sink, had + count)
        spent = [meter.seconds(), beneath.seconds(), answers.cpu]
        spent.append(cpu_seconds([sink.pid]) - swallowed)
        came = compared(sink.taken(), {address(number) for number in range(count)})
        rate = count / (sink.span()[1] - answers.began())
        cpu, beside, load, taking = (seconds / count * 1e6 for seconds in spent)
        return Whole(rate, cpu, beside, load, taking, max(mb for _, mb in memory), came)


def measure(size: Size) -> Result:
    """On SQLite, beside the usual way and the peers' drain."""
    count = size.of(20_000)
    had = whole(count, Wanted())
    rows = [
        Row("orders to 250", had.rate, "orders/s", Goal(least=1_500), _usual(count), "usual way"),
        Row("CPU per order", had.cpu, "us", Goal(most=800)),
        *_further(had),
        *_peers(had.rate),
    ]
    if tree := beside():
        rows += _before(count // 2, Wanted(tree=tree))
    return Result("e2e", f"{count} orders ({_mix()}), SQLite FULL", tuple(rows), bars=_bars(rows))


def measure_pg(size: Size) -> Result:
    """On PostgreSQL, beside SQLite."""
    count = size.of(10_000, 20_000)
    with postgresql() as server:
        _checked(server)
        environ = {"TWOFIFTY_DATABASE_URL": server.url}
        other = whole(count, Wanted(environ=environ), server)
    return _shared("e2e-pg", (count, "PostgreSQL with fsync"), other, 0.6)


def measure_amqp(size: Size) -> Result:
    """On PostgreSQL and RabbitMQ, beside SQLite."""
    count = size.of(10_000, 20_000)
    with postgresql() as server, rabbitmq() as broker:
        _checked(server)
        environ = {"TWOFIFTY_DATABASE_URL": server.url, "TWOFIFTY_BROKER_URL": broker.url}
        other = whole(count, Wanted(environ=environ), server, broker)
        if not queues(broker):
            raise Skipped("BROKER_URL was set, and nothing used it")
    return _shared("e2e-amqp", (count, "PostgreSQL, RabbitMQ quorum queues"), other, 0.4)


def _checked(server: Server) -> None:
    try:
        check_store(server.url)
    except SettingsError:
        raise Skipped("this version keeps no store in PostgreSQL") from None


def _shared(name: str, what: tuple[int, str], other: Whole, share: float) -> Result:
    count, words = what
    here = whole(count, Wanted())
    rows = (
        Row("orders to 250", other.rate, "orders/s", None, here.rate, "SQLite, next"),
        Row("share of SQLite's rate", other.rate / here.rate, "x", Goal(least=share)),
        Row("CPU per order", other.cpu, "us", None, here.cpu, "SQLite, next"),
        Row("CPU of the servers per order", other.servers, "us"),
        *_further(other),
    )
    return Result(name, f"{count} orders ({_mix()}), {words}", rows)


def _further(had: Whole) -> list[Row]:
    lost, doubled = had.compared
    return [
        Row("CPU of the load per order", had.load, "us"),
        Row("CPU of the sink per order", had.sink, "us"),
        Row("memory, all our processes", had.memory, "MB", Goal(most=300)),
        Row("lost", lost, "orders", Goal(most=0)),
        Row("doubled", doubled, "orders", Goal(most=0)),
    ]


def _mix() -> str:
    shops = "a third each canonical with 10 lines, Shopify's and WooCommerce's real payloads"
    return shops if real() else "canonical, 10 lines"


def _usual(count: int) -> float:
    made = [sample_order(number, lines=10) for number in range(max(100, count // 20))]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        return usual.whole_way(made, sink.port, Path(folder) / "usual.db")


def _peers(rate: float) -> list[Row]:
    """Beside what the peers do without an intake, as `drain` found it."""
    rows = []
    for peer in PEERS:
        theirs = kept("drain", f"rate of {peer.name}")
        if theirs:
            times = rate / theirs
            rows.append(Row(f"times the drain of {peer.name}", times, "x", Goal(least=peer.whole)))
    return rows


def _before(count: int, wanted: Wanted) -> list[Row]:
    """Other sources and these, in turn."""
    was, now = whole(count, wanted), whole(count, Wanted())
    return [
        Row("rate beside before", now.rate, "orders/s", None, was.rate, "before"),
        Row("CPU beside before", now.cpu, "us", None, was.cpu, "before"),
    ]


def _bars(rows: list[Row]) -> tuple[Bar, ...]:
    ours = rows[0]
    shown: Mapping[str, float | None] = {
        "the usual way": ours.baseline,
        **{f"{peer.name}, drain": kept("drain", f"rate of {peer.name}") for peer in PEERS},
    }
    others = (Bar(name, value, "orders/s", own=False) for name, value in shown.items() if value)
    return (Bar("twofifty, from HTTP to 250", ours.value, "orders/s"), *others)
