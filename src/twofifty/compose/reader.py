"""Who reads the mail: a customer, with a language, a currency, a time zone and a shop."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from decimal import Decimal
from functools import lru_cache

import msgspec

from twofifty.compose.brand import Brand
from twofifty.compose.dates import iso, local_day, zone
from twofifty.compose.tongue import Tongue
from twofifty.order.model import Order, Window


class Reader(msgspec.Struct, frozen=True):
    """What every part of the view model needs to know. `where` None: times by their own offset.
    `year`: that of the order's placing, which need not be said of what follows soon."""

    tongue: Tongue
    money: Callable[[Decimal], str]
    where: tzinfo | None
    brand: Brand
    year: int | None = None

    def window(self, estimate: Window) -> tuple[str, str] | None:
        """A delivery window as (name of the text, date or window); None where neither end can be
        understood."""
        return _window(estimate, self.where, self.tongue, self.year)

    def day(self, text: str | None) -> str:
        """An ISO 8601 date in words; empty for what is none."""
        found = iso(text, self.where)
        return "" if found is None else self.tongue.window(found, found, self.year)

    def list(self, items: Sequence[str]) -> str:
        """`A, B and C` in the reader's language."""
        return self.tongue.list(items)

    def text(self, name: str) -> str:
        """A text of the reader's language."""
        return self.tongue.texts.plain[name]


@lru_cache(maxsize=1_024)
def _window(
    estimate: Window, where: tzinfo | None, tongue: Tongue, year: int | None
) -> tuple[str, str] | None:
    """Kept, for a shop promises the same days to all who order in the same hours."""
    start, end = iso(estimate.earliest, where), iso(estimate.latest, where)
    first, last = start or end, end or start
    if first is None or last is None:
        return None
    kind = "delivery_expected" if start and end else "delivery_from" if start else "delivery_by"
    return kind, tongue.window(first, last, year)


def reader(order: Order, brand: Brand, tongue: Tongue) -> Reader:
    """The reader of an order's mail."""
    where = zone(order.time_zone) or zone(brand.time_zone)
    placed = order.placed_at
    year = local_day(placed, where).year if placed is not None else None
    return Reader(tongue, tongue.money(order.currency), where, brand, year)
