"""`render`: one order of ten lines to the bytes of its mail, on one core."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from jinja2 import Environment

from bench import usual
from bench.figures import Goal, Result, Row
from bench.measures.size import Size
from bench.stages.render import ALL_LANGUAGES, ONE_LANGUAGE, further
from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter, Seed
from twofifty.order import wire
from twofifty.order.model import Order
from twofifty.testing.samples import sample_order

SEED = Seed(
    id="m_bench",
    message_id="m_bench@example.com",
    sender=mime.Mailbox("Shop", "orders@example.com"),
    recipient=mime.Mailbox(None, "customer@example.com"),
    date=datetime(2026, 1, 5, tzinfo=UTC),
)


def measure(size: Size) -> Result:
    """Processor time, decoding included, against Jinja2 and EmailMessage."""
    count = size.of(2_000)
    composer = Composer(Brand(shop_name="Shop"))
    made = [sample_order(number, lines=10) for number in range(200)]
    encoded = [msgspec.json.encode(one) for one in made]
    decoded = [wire.decode(one) for one in encoded]
    environment = Environment(autoescape=True)
    ours = _timed(lambda i: composer.compose(_letter(encoded[i % 200]), SEED), count)
    alone = _timed(lambda i: composer.compose(_said(decoded[i % 200]), SEED), count)
    plain = _timed(lambda i: usual.mail(made[i % 200], environment).as_bytes(), count // 4)
    kinds = further(rounds=3 if size.quick else 7)
    one, many = kinds.pop(ONE_LANGUAGE), kinds.pop(ALL_LANGUAGES)
    rows = (
        Row("order to bytes", ours, "us", Goal(most=300), plain, "Jinja2 + EmailMessage"),
        Row("decoded order to bytes", alone, "us", Goal(most=250)),
        Row("times faster", plain / ours, "x", Goal(least=15)),
        *(Row(name, figure, "us") for name, figure in kinds.items()),
        Row("all languages compiled, to one", many / one, "x", Goal(most=1.05)),
    )
    about = f"{count} orders of 10 lines, one core; the baseline's template is a tenth of ours"
    return Result("render", about, rows)


def _letter(order: bytes) -> Letter:
    return _said(wire.decode(order))


def _said(order: Order) -> Letter:
    return Letter(kind="confirmation", order=order)


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
