"""A day of orders and a flash sale in it, as a flow: what waits, and for how long."""

import math

import msgspec

HOUR = 3_600
STEP = 10
# Orders of each hour of the day, to those of the busiest: quiet at night, busiest in the evening.
HOURS = (
    0.30, 0.20, 0.14, 0.11, 0.10, 0.12, 0.18, 0.28, 0.42, 0.55, 0.66, 0.74,
    0.78, 0.76, 0.74, 0.74, 0.76, 0.80, 0.88, 0.96, 1.00, 0.94, 0.72, 0.48,
)  # fmt: skip


class Sale(msgspec.Struct, frozen=True):
    """`times` as many orders as usual, from `at` (seconds of the day) on, for so many seconds."""

    at: float = 20 * HOUR
    seconds: float = 600
    times: float = 3.0


class Instant(msgspec.Struct, frozen=True):
    """Seconds of the day, orders and mails a second then, and orders that wait."""

    at: float
    came: float
    left: float
    waiting: float


def rate_at(at: float, peak: float, sale: Sale) -> float:
    """Orders a second at that second of the day, between the hours in a straight line."""
    hour, part = divmod(at / HOUR, 1)
    share = HOURS[int(hour) % 24] * (1 - part) + HOURS[(int(hour) + 1) % 24] * part
    return peak * share * (sale.times if sale.at <= at < sale.at + sale.seconds else 1.0)


def day(peak: float, capacity: float, sale: Sale) -> list[Instant]:
    """The whole day, every ten seconds, where `capacity` mails leave in a second at most."""
    waiting, instants = 0.0, []
    for at in range(0, 24 * HOUR, STEP):
        came = rate_at(at, peak, sale)
        left = min(capacity, came + waiting / STEP)
        waiting = max(0.0, waiting + (came - left) * STEP)
        instants.append(Instant(at, came, left, waiting))
    return instants


def orders(instants: list[Instant]) -> float:
    """All orders of the day."""
    return math.fsum(one.came for one in instants) * STEP
