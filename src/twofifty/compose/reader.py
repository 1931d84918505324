"""Who reads the mail: a customer, with a language, a currency, a time zone and a shop."""

from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal

import msgspec

from twofifty.compose.brand import Brand
from twofifty.compose.dates import zone
from twofifty.compose.tongue import Tongue
from twofifty.order.model import Order


class Reader(msgspec.Struct, frozen=True):
    """What every part of the view model needs to know. `where` None: times by their own offset."""

    tongue: Tongue
    money: Callable[[Decimal], str]
    where: tzinfo | None
    brand: Brand

    def text(self, name: str) -> str:
        """A text of the reader's language."""
        return self.tongue.texts.plain[name]


def reader(order: Order, brand: Brand, tongue: Tongue) -> Reader:
    """The reader of an order's mail."""
    where = zone(order.time_zone) or zone(brand.time_zone)
    return Reader(tongue, tongue.money(order.currency), where, brand)
