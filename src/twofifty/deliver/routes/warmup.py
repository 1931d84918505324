"""A new sender's plan: so many mails on the first day, twice as many each day after. Pure.

Mailbox providers distrust an address that sends much at once and was never heard of. The day's
amount is kept in any 24 hours: an eighth of it may leave at once, the rest evenly over the day, so
that a restart can cost no more than that eighth.
"""

from datetime import date

import msgspec

from twofifty.deliver.routes.pace import Speed

DAY = 86_400.0
AT_ONCE = 1 / 8
DOUBLINGS = 24
"""Days after which a plan is over in any case: 16 million times the first day's amount."""


class Warmup(msgspec.Struct, frozen=True):
    """Begins on `start` (in UTC) with `first` mails a day."""

    start: date
    first: int


def amount(plan: Warmup, today: date, rate: float | None) -> float | None:
    """How many mails may leave today; None: the plan is over, for the route's own `rate` (a second)
    allows no more than that. Before its start it is as on the first day."""
    days = max(0, (today - plan.start).days)
    if days > DOUBLINGS:
        return None
    mails = float(plan.first * 2**days)
    return None if rate is not None and mails >= rate * DAY else mails


def speed(plan: Warmup, today: date, rate: float | None) -> Speed | None:
    """The same as a speed that keeps it in any 24 hours; None: as fast as the route may."""
    mails = amount(plan, today, rate)
    if mails is None:
        return None
    return Speed(rate=mails * (1 - AT_ONCE) / DAY, burst=max(1.0, mails * AT_ONCE))
