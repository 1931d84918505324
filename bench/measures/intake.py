"""`intake`: durable 202s as fast as they come, and how long each takes below that."""

from bench import usual
from bench.figures import Goal, Result, Row, Skipped
from bench.measures.numbers import percentile
from bench.measures.size import Size
from bench.orders import canonical
from bench.processes import Answers, Load
from bench.scene import Meter, Wanted, service

CONNECTIONS = 32
CALM = 0.7
WARM = 500


def measure(size: Size) -> Result:
    """Nothing is delivered meanwhile; the usual way runs the same load in the same run."""
    count = size.of(10_000)
    with service(9, Wanted(role="api")) as ours:
        fired(ours.port, WARM, 0)
        meter = Meter(ours.pid)
        rate = count / fired(ours.port, count, WARM).span()
        cpu = meter.seconds() / count * 1e6
        calm = canonical(count // 2, first=WARM + count)
        answers = Load(ours.port, calm, connections=CONNECTIONS, pace=rate * CALM).answers()
    seconds = answers.seconds()
    plain, plain_cpu, notes = _usual(max(300, count // 10))
    rows = [
        Row("durable 202s", rate, "orders/s", None, plain, "FastAPI + SQLAlchemy"),
        Row("CPU per order", cpu, "us", Goal(most=300), plain_cpu, "FastAPI + SQLAlchemy"),
        Row("p50 at 70 %", percentile(seconds, 0.5) * 1e3, "ms"),
        Row("p99 at 70 %", percentile(seconds, 0.99) * 1e3, "ms", Goal(most=50)),
        Row("longest at 70 %", max(seconds) * 1e3, "ms"),
    ]
    if plain:
        rows.append(Row("times the usual way", rate / plain, "x", Goal(least=15)))
    about = f"{count} orders of 10 lines over {CONNECTIONS} connections, fsync before each 202"
    return Result("intake", about, tuple(rows), notes)


def fired(port: int, count: int, first: int) -> Answers:
    """So many orders as fast as they are answered."""
    return Load(port, canonical(count, first=first), connections=CONNECTIONS).answers()


def _usual(count: int) -> tuple[float | None, float | None, tuple[str, ...]]:
    try:
        with usual.intake() as (port, pid):
            fired(port, 50, 0)
            meter = Meter(pid)
            rate = count / fired(port, count, 50).span()
            return rate, meter.seconds() / count * 1e6, ()
    except Skipped as why:
        return None, None, (str(why),)
