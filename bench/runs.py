"""The benchmarks. Each returns a Result; times of the product stand beside a baseline's."""

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uvicorn
from jinja2 import Environment

from bench import usual
from bench.figures import Result, Row
from bench.scene import (
    WARM_UP,
    cpu_seconds,
    memory_mb,
    orders,
    post,
    processes,
    scene,
    wait_taken,
    warm,
)
from bench.stages.render import ALL_LANGUAGES, ONE_LANGUAGE, further
from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter, Seed
from twofifty.order import wire
from twofifty.testing.load import Answered, Load
from twofifty.testing.ports import free_port
from twofifty.testing.process import ReceiverProcess
from twofifty.testing.samples import sample_order

CONNECTIONS = 32


def intake(count: int) -> Result:
    """Durable 202s as fast as they come, and their latency at 70 % of that rate; no delivery."""
    with scene(role="api") as stage:
        fast = post(stage.service, orders(count), connections=CONNECTIONS)
        rate = count / _span(fast)
        calm = orders(count // 2, first=count)
        answered = post(stage.service, calm, connections=CONNECTIONS, pace=rate * 0.7)
    seconds = [one.seconds for one in answered.values()]
    plain = _usual_intake(count // 4)
    return Result(
        "intake",
        (
            Row("durable 202s", rate, "orders/s", ">= 15 x", plain, "commit per request"),
            Row("p50 at 70 %", _percentile(seconds, 0.5) * 1e3, "ms"),
            Row("p99 at 70 %", _percentile(seconds, 0.99) * 1e3, "ms", "<= 50 ms"),
        ),
        f"{count} orders of 10 lines over {CONNECTIONS} connections, fsync before each 202",
    )


def e2e(count: int) -> Result:
    """Orders by HTTP to 250 at the receiver: durable, composed, dot-journalled, sent, settled."""
    with scene() as stage:
        warm(stage)
        before = {pid: cpu_seconds(pid) for pid in processes(stage.service)}
        began = time.time()
        post(stage.service, orders(count), connections=CONNECTIONS)
        rate = count / (wait_taken(stage.receiver, count + WARM_UP) - began)
        spent = sum(cpu_seconds(pid) - was for pid, was in before.items())
        memory = sum(memory_mb(pid) for pid in before)
        lost, extra = _compared(stage.receiver, count + WARM_UP)
    return Result(
        "e2e",
        (
            Row("orders to 250", rate, "orders/s", ">= 500", _usual_e2e(count // 10), "usual way"),
            Row("CPU per order", spent / count * 1e6, "us", "<= 800 us"),
            Row("memory, all processes", memory, "MB", "<= 300 MB"),
            Row("lost", lost, "orders", "0"),
            Row("doubled", extra, "orders", "0"),
        ),
        f"{count} orders of 10 lines, SQLite FULL, one intake and two delivery processes",
    )


def latency(count: int) -> Result:
    """From sending the request to the receiver having the mail, at 20 orders a second."""
    with scene() as stage:
        warm(stage)
        answered = post(stage.service, orders(count), connections=4, pace=20)
        wait_taken(stage.receiver, count + WARM_UP)
        taken = sorted(one.at for one in stage.receiver.taken()[WARM_UP:])
    wall = time.time() - time.monotonic()
    sent = sorted(one.at - one.seconds + wall for one in answered.values())
    waits = [at - start for at, start in zip(taken, sent, strict=True)]
    return Result(
        "latency",
        (
            Row("event to 250, p50", _percentile(waits, 0.5) * 1e3, "ms", "<= 100 ms"),
            Row("event to 250, p99", _percentile(waits, 0.99) * 1e3, "ms", "<= 1000 ms"),
        ),
        f"{count} orders at 20 a second",
    )


def _letter(order: bytes) -> Letter:
    return Letter(kind="confirmation", order=wire.decode(order))


def render(count: int) -> Result:
    """One order of 10 lines to MIME bytes, processor time, against Jinja2 and EmailMessage."""
    composer = Composer(Brand(shop_name="Shop"))
    made = [sample_order(i, lines=10) for i in range(200)]
    encoded = [msgspec.json.encode(one) for one in made]
    seed = Seed(
        id="m_bench",
        message_id="m_bench@example.com",
        sender=mime.Mailbox("Shop", "orders@example.com"),
        recipient=mime.Mailbox(None, "customer@example.com"),
        date=datetime(2026, 1, 5, tzinfo=UTC),
    )
    environment = Environment(autoescape=True)
    ours = _timed(lambda i: composer.compose(_letter(encoded[i % 200]), seed), count)
    plain = _timed(lambda i: usual.mail(made[i % 200], environment).as_bytes(), count // 4)
    kinds = further(rounds=7)
    one, many = kinds.pop(ONE_LANGUAGE), kinds.pop(ALL_LANGUAGES)
    return Result(
        "render",
        (
            Row("order to bytes", ours, "us", "<= 300 us", plain, "Jinja2 + EmailMessage"),
            Row("times faster", plain / ours, "x", ">= 15 x"),
            *(Row(name, figure, "us") for name, figure in kinds.items()),
            Row("all languages compiled, to one", many / one, "x", "<= 1.05 x"),
        ),
        f"{count} orders of 10 lines, one core; the baseline's template is a tenth of ours",
    )


def _span(answered: dict[str, Answered]) -> float:
    return max(one.at for one in answered.values()) - min(
        one.at - one.seconds for one in answered.values()
    )


def _percentile(values: Sequence[float], share: float) -> float:
    return statistics.quantiles(values, n=1_000, method="inclusive")[round(share * 1_000) - 1]


def _compared(receiver: ReceiverProcess, count: int) -> tuple[int, int]:
    """How many messages are missing, and how many came more than once."""
    ids = [one.message_id for one in receiver.taken()]
    return count - len(set(ids)), len(ids) - len(set(ids))


def _timed(work: Callable[[int], object], count: int) -> float:
    """Microseconds of processor time per call, the best of ten parts of `count`, once warm."""
    part = count // 10
    for i in range(part):
        work(i)
    return min(_part(work, range(at, at + part)) for at in range(0, part * 10, part))


def _part(work: Callable[[int], object], numbers: range) -> float:
    began = time.process_time()
    for i in numbers:
        work(i)
    return (time.process_time() - began) / len(numbers) * 1e6


def _usual_intake(count: int) -> float:
    """Orders a second of an endpoint that commits each request."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        _served(Path(folder) / "usual.db") as port,
    ):
        answered = asyncio.run(Load(port, connections=CONNECTIONS).run(orders(count)))
    return count / _span(answered)


@contextmanager
def _served(database: Path) -> Iterator[int]:
    port = free_port()
    config = uvicorn.Config(usual.intake(database), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()


def _usual_e2e(count: int) -> float:
    made = [sample_order(i, lines=10) for i in range(count)]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with ReceiverProcess(folder) as receiver:
            return usual.whole_way(made, receiver.port, folder / "usual.db")


RUNS: dict[str, tuple[Callable[[int], Result], int]] = {
    "render": (render, 2_000),
    "intake": (intake, 8_000),
    "e2e": (e2e, 5_000),
    "latency": (latency, 400),
}
