"""What a shop has of an order's lines at the moment when their mail is composed.

Of the order's own statement and what was found later, the mail says

the order says    found                     the mail says
nothing           anything                  what was found
allocated         a count of the stock      the order's: its goods are out of that count already
anything          a worse word              what was found
anything          the same or a better one  the order's
backorder         backorder, later day      what was found; also where the order names no day

Words from best to worst: allocated, in_stock, backorder, out_of_stock. Figures of the order never
change.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal, Protocol

import msgspec

from twofifty.notice.model import Kind
from twofifty.order.model import Line, Order, Stock
from twofifty.order.parcel import left

SHOW_STOCK: Final[frozenset[Kind]] = frozenset({"confirmation", "update"})
"""Kinds whose mails tell the stock of lines."""

StockWord = Literal["in_stock", "allocated", "backorder", "out_of_stock"]

_WORSE: Final[Mapping[StockWord, int]] = {
    "allocated": 0,
    "in_stock": 1,
    "backorder": 2,
    "out_of_stock": 3,
}
_FARTHEST: Final = timedelta(days=3 * 366)


class StockBook(Protocol):
    """What a source has, asked while a mail waits."""

    async def levels(self, order: Order) -> Mapping[str, Stock]:
        """By line id what the mail says instead of the order; soon, and never an error: what is
        not known in time is not in it."""
        ...


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line to ask for. At least one of `sku` and `product_id` is there."""

    id: str
    quantity: Decimal
    sku: str | None = None
    product_id: str | None = None

    def goods(self) -> tuple[str | None, str | None]:
        """What is sold: the same for every order of it."""
        return self.sku, self.product_id


class Question(msgspec.Struct, frozen=True):
    """What is asked of one order."""

    source: str
    order_id: str
    lines: tuple[Item, ...]


class Level(msgspec.Struct, frozen=True):
    """What a source answers of a line: a word, a count of what is there for whoever orders now, or
    both. `expected`: when more is there."""

    status: StockWord | None = None
    available: Decimal | None = None
    expected: date | None = None


class Shelf(Protocol):
    """Where stock is asked for."""

    async def ask(self, question: Question) -> Mapping[str, Level]:
        """By line id; a line that is not known there is not in it.

        Raises ShopBusy and ShopError where nothing came, intake.loose.Unreadable where what came
        makes no sense."""
        ...

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        ...


def items(order: Order) -> tuple[Item, ...]:
    """The lines whose stock matters: goods that have not left yet, and can be named."""
    if order.state.cancelled_at is not None or order.state.fulfillment in ("fulfilled", "returned"):
        return ()
    gone = _gone(order)
    return tuple(
        Item(line.id, line.quantity, line.sku, line.product_id)
        for line in order.lines
        if _is_goods(line) and gone.get(line.id, Decimal(0)) < line.quantity
    )


def _is_goods(line: Line) -> bool:
    named = line.sku or line.product_id
    return bool(named) and not line.digital and not line.gift_card and line.quantity > 0


def _gone(order: Order) -> Mapping[str, Decimal]:
    """How many of each line are in parcels that left."""
    gone: dict[str, Decimal] = {}
    for parcel in order.parcels:
        for held in parcel.lines if left(parcel) else ():
            gone[held.line_id] = gone.get(held.line_id, Decimal(0)) + held.quantity
    return gone


def told(
    order: Order, asked: Sequence[Item], levels: Mapping[str, Level], today: date
) -> dict[str, Stock]:
    """By line id what the mail says instead of the order. Lines of the same goods share one count,
    in their order."""
    lines = {line.id: line for line in order.lines}
    taken: dict[tuple[str | None, str | None], Decimal] = {}
    found: dict[str, Stock] = {}
    for item in asked:
        level, own = levels.get(item.id), lines[item.id].stock
        if level is None:
            continue
        wanted = taken.get(item.goods(), Decimal(0)) + item.quantity
        if not _is_allocated(level, own):
            taken[item.goods()] = wanted
        stock = _stock(level, wanted, today, own)
        if stock is not None and _wins(stock, own):
            found[item.id] = stock
    return found


def _stock(level: Level, wanted: Decimal, today: date, own: Stock | None) -> Stock | None:
    """The level as a word; None where it says nothing of this order."""
    if _is_allocated(level, own) and level.status in (None, "in_stock"):
        return None
    status = _status(level, wanted)
    if status is None:
        return None
    return Stock(status=status, expected=_day(level.expected, today) if _waits(status) else None)


def _status(level: Level, wanted: Decimal) -> StockWord | None:
    """The level's word; by its count where it has none, or has less than is wanted."""
    if level.available is None or level.status not in (None, "in_stock"):
        return level.status
    return "backorder" if level.available < wanted else "in_stock"


def _is_allocated(level: Level, own: Stock | None) -> bool:
    """Whether the goods are the order's already: its count is of others."""
    return level.status == "allocated" or (own is not None and own.status == "allocated")


def _waits(status: StockWord) -> bool:
    return status in ("backorder", "out_of_stock")


def _day(stated: date | None, today: date) -> str | None:
    """A day to come; one that is over, or years away, promises nothing."""
    if stated is None or not today <= stated <= today + _FARTHEST:
        return None
    return stated.isoformat()


def _wins(found: Stock, own: Stock | None) -> bool:
    if own is None:
        return True
    if found.status != own.status:
        return _WORSE[found.status] > _WORSE[own.status]
    return found.expected is not None and found.expected > (own.expected or "")[:10]
