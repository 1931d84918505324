"""`latency`: from the moment an order is due to the receiver's 250, at an easy pace."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import usual
from bench.figures import Goal, Result, Row
from bench.measures.numbers import percentile, percentiles
from bench.measures.size import Size
from bench.orders import canonical
from bench.picture import Curve
from bench.processes import Load, Sink
from bench.scene import service, wait_for, warm
from twofifty.testing.process import ServiceProcess
from twofifty.testing.samples import sample_order

PACE = 20.0


def measure(size: Size) -> Result:
    """Twenty orders a second; and what one order takes the usual way, all in the request."""
    count = size.of(400, 2_000)
    with ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        ours = stack.enter_context(service(sink.port))
        had = warm(ours, sink)
        waits = waited(ours, sink, count, had)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        made = [sample_order(number, lines=10) for number in range(100)]
        plain = 1e3 / usual.whole_way(made, sink.port, folder / "usual.db")
    rows = (
        Row("p50", percentile(waits, 0.5) * 1e3, "ms", Goal(most=100), plain, "usual way, average"),
        Row("p99", percentile(waits, 0.99) * 1e3, "ms", Goal(most=1_000)),
        Row("longest", max(waits) * 1e3, "ms"),
    )
    curve = Curve("ms", percentiles(waits))
    about = f"{count} orders at {PACE:g} a second, from due to 250"
    return Result("latency", about, rows, curves=(curve,), axes=("percent of the orders", "ms"))


def waited(ours: ServiceProcess, sink: Sink, count: int, had: int, first: int = 0) -> list[float]:
    """Seconds of each order, from when it was due to when the sink had its mail. `had`: what the
    sink had before."""
    answers = Load(ours.port, canonical(count, first=first), connections=4, pace=PACE).answers()
    wait_for(sink, had + count)
    at = {one.recipient: one.at for one in sink.taken()}
    return [at[one.name] - one.due for one in answers.answers]
