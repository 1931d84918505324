"""The rows of one order as the canonical order: a pure function.

Money is never guessed, and an order without a line that it should have is none. `revision` is the
commit's time in milliseconds by the database's own clock: applications' clocks differ.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal

import msgspec

from twofifty.errors import BadInput, Problem
from twofifty.intake import currency, loose, methods
from twofifty.intake.log import Row
from twofifty.intake.ports import Stated
from twofifty.intake.rows import fields
from twofifty.intake.rows.expression import decoded
from twofifty.intake.rows.mapping import Part, RowMapping
from twofifty.intake.rows.reading import Either, Reader
from twofifty.order.events import EventType, OrderEvent
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Line,
    Links,
    Order,
    Parcel,
    Payment,
    PaymentPart,
    Refund,
    Shipping,
    State,
    Totals,
)

_NO_ADDRESS = Address()
_NO_ROWS: tuple[Row, ...] = ()


class OrderRows(msgspec.Struct, frozen=True):
    """Every row of one order as of `at`. `parts` has the rows of each part that stands in a table
    or list of its own; products are all those of the order's lines."""

    at: datetime
    order: Row
    parts: Mapping[str, tuple[Row, ...]] = {}


class _Setting(msgspec.Struct, frozen=True):
    """What reading every part of one order needs."""

    mapping: RowMapping
    rows: OrderRows
    stated: Stated
    zone: tzinfo | None
    currency: str

    def each(self, name: str) -> list[Reader]:
        """The rows of a part that an order has many of."""
        part = self.mapping.parts.get(name)
        return [] if part is None else [Reader(part, row) for row in self.part(name)]

    def part(self, name: str) -> tuple[Row, ...]:
        """The rows that were found for a part."""
        return self.rows.parts.get(name, _NO_ROWS)

    def one(self, name: str) -> Reader:
        """The one row of a part; the order's own where the part stands there."""
        part = self.mapping.parts.get(name)
        if part is not None and not (part.order or part.by):
            return Reader(part, self.rows.order)
        return Reader(part, next(iter(self.part(name)), None))

    def money(self, reader: Reader, fact: str) -> Decimal | None:
        """An amount in the order's currency."""
        found = reader.number(fact)
        if found is None or not self.mapping.minor:
            return found
        return currency.from_minor(found, self.currency)

    def needed(self, reader: Reader, fact: str) -> Decimal:
        """An amount that must be there."""
        found = self.money(reader, fact)
        if found is None:
            reader.refuse(fact, loose.Unreadable(None, "an amount must be there"))
        return found


def composed(mapping: RowMapping, rows: OrderRows, stated: Stated, kind: EventType) -> OrderEvent:
    """The order that `rows` hold, as news of that kind.

    Raises BadInput 422 naming `schema.table.column`.
    """
    at = Reader(mapping.order, rows.order)
    zone = loose.time_zone(mapping.time_zone or stated.time_zone)
    here = _Setting(mapping, rows, stated, zone, at.currency("currency"))
    state = _state(here, at)
    off = state.cancelled_at is not None and kind == "order.updated"
    return OrderEvent(type="order.cancelled" if off else kind, order=_order(here, at, state))


def _order(here: _Setting, at: Reader, state: State) -> Order:
    both = Either(at, here.one("customer"))
    return Order(
        source=here.stated.name,
        id=at.needed_key("id"),
        number=at.text("number"),
        group=at.text("group"),
        currency=here.currency,
        revision=loose.milliseconds(here.rows.at),
        placed_at=at.moment("placed_at", here.zone),
        updated_at=at.moment("updated_at", here.zone) or here.rows.at,
        state=state,
        test=at.flag("test") or False,
        locale=both.locale("locale") or here.stated.locale or None,
        time_zone=at.text("time_zone") or here.stated.time_zone or None,
        customer=_customer(at, both),
        shipping_address=_address(here, "shipping_address"),
        billing_address=_address(here, "billing_address"),
        lines=_lines(here),
        totals=_totals(here, at),
        discounts=_discounts(here, at),
        shipping=_shipping(here, at),
        payments=_payments(here, at),
        refunds=tuple(_refund(here, reader) for reader in here.each("refund")),
        parcels=tuple(_parcel(reader) for reader in here.each("parcel")),
        links=Links(status=at.url("status_url"), support=at.url("support_url")),
        note=at.text("note"),
    )


def _state(here: _Setting, at: Reader) -> State:
    words, status = here.mapping.words, at.text("status")
    off = words.is_cancelled(status)
    cancelled = at.moment("cancelled_at", here.zone) or (here.rows.at if off else None)
    return State(
        payment=_payment(here, at, status),
        fulfillment=words.fulfillment(at.text("fulfillment_status")) or words.fulfillment(status),
        cancelled_at=cancelled,
        draft=words.is_draft(status),
    )


def _payment(here: _Setting, at: Reader, status: str | None) -> Payment | None:
    """What the column of the payment says; without one, what the status says; a completed order
    of which neither says anything is paid."""
    words = here.mapping.words
    if "payment_status" in here.mapping.order.facts:
        return words.payment(at.text("payment_status"))
    said = words.payment(status)
    return "paid" if said is None and words.is_completed(status) else said


def _customer(at: Reader, both: Either) -> Customer:
    return Customer(
        id=at.text("customer_id"),
        name=both.text("name"),
        email=both.text("email"),
        phone=both.text("phone"),
        orders_count=both.count("orders_count"),
    )


def _address(here: _Setting, name: str) -> Address | None:
    if name not in here.mapping.parts:
        return None
    at, part = here.one(name), here.mapping.parts[name]
    found = Address(**{fact: at.text(fact) for fact in part.facts})
    return None if found == _NO_ADDRESS else found


def _totals(here: _Setting, at: Reader) -> Totals:
    facts = here.mapping.order.facts
    stated = {fact: here.money(at, fact) for fact in fields.PARTS if fact in facts}
    return Totals(total=here.needed(at, "total"), tax_included=at.flag("tax_included"), **stated)


def _lines(here: _Setting) -> tuple[Line, ...]:
    part = here.mapping.parts["line"]
    rows = here.part("line")
    if not rows and not part.optional:
        raise BadInput(
            422, "the order has no lines", (Problem(part.table, "there is no row of this order"),)
        )
    if len(rows) > 1_000:
        raise BadInput(
            422, "the order has too many lines", (Problem(part.table, "at most 1,000 are read"),)
        )
    product, products = here.mapping.parts.get("product"), _by_key(here)
    lines = [
        _line(here, Reader(part, row), Reader(product, products.get(_key(product, row))))
        for row in rows
    ]
    if "position" in part.facts:
        places = [_place(Reader(part, row).text("position")) for row in rows]
    else:
        places = [_place(line.id) for line in lines]
    return tuple(line for _, line in sorted(zip(places, lines, strict=True), key=_first))


def _first(pair: tuple[tuple[int, int, str], Line]) -> tuple[int, int, str]:
    return pair[0]


def _place(said: str | None) -> tuple[int, int, str]:
    """Where a line stands among the others: numbers first, as numbers."""
    found = said or ""
    number = found.isascii() and found.isdigit()
    return (0, int(found), "") if number else (1, 0, found)


def _by_key(here: _Setting) -> dict[str, Row]:
    product = here.mapping.parts.get("product")
    if product is None:
        return {}
    return {str(row.get(product.key)): row for row in here.part("product")}


def _key(product: Part | None, line: Row) -> str:
    return "" if product is None else str(line.get(product.by))


def _line(here: _Setting, at: Reader, product: Reader) -> Line:
    both = Either(at, product)
    title = both.text("title") or both.text("sku")
    if title is None:
        at.refuse("title", loose.Unreadable(None, "a line has a title"))
    return Line(
        id=at.needed_key("id"),
        title=title,
        quantity=at.quantity("quantity"),
        product_id=at.text("product_id"),
        sku=both.text("sku"),
        variant=both.text("variant"),
        unit_price=here.money(at, "unit_price"),
        discount=here.money(at, "discount"),
        tax=here.money(at, "tax"),
        total=here.money(at, "total"),
        image_url=both.url("image_url"),
        url=both.url("url"),
        digital=both.flag("digital"),
        gift_card=both.flag("gift_card"),
        parent_id=at.text("parent_id"),
        attributes=_attributes(at),
    )


def _attributes(at: Reader) -> dict[str, str]:
    """A JSON object's words; names that begin with `_` are the shop's own."""
    value = at.raw("attributes")
    if value is None:
        return {}
    found = loose.mapping(decoded(value) if isinstance(value, str) else value)
    read = {name: loose.text(word) for name, word in found.items() if not name.startswith("_")}
    return {name: word for name, word in read.items() if word is not None}


def _discounts(here: _Setting, at: Reader) -> tuple[Discount, ...]:
    code, amount = at.text("discount_code"), here.money(at, "discount")
    return (Discount(amount=abs(amount), code=code),) if code and amount else ()


def _shipping(here: _Setting, at: Reader) -> tuple[Shipping, ...]:
    title, carrier = at.text("shipping_title"), at.text("carrier")
    shown = title or carrier
    if shown is None:
        return ()
    return (Shipping(title=shown, carrier=carrier, amount=here.money(at, "shipping")),)


def _payments(here: _Setting, at: Reader) -> tuple[PaymentPart, ...]:
    if "payment" in here.mapping.parts:
        return tuple(_paid_by(here, reader) for reader in here.each("payment"))
    reference = at.key("payment_reference")
    return tuple(
        msgspec.structs.replace(part, reference=reference)
        for part in methods.payment(at.text("payment_method"), at.text("payment_title"))
    )


def _paid_by(here: _Setting, at: Reader) -> PaymentPart:
    return PaymentPart(
        method=methods.method(at.text("method") or "other"),
        title=at.text("title"),
        amount=here.money(at, "amount"),
        status=at.text("status"),
        reference=at.key("reference"),
    )


def _refund(here: _Setting, at: Reader) -> Refund:
    return Refund(
        id=at.needed_key("id"),
        amount=abs(here.needed(at, "amount")),
        at=at.moment("at", here.zone),
        reason=at.text("reason"),
    )


def _parcel(at: Reader) -> Parcel:
    return Parcel(
        id=at.needed_key("id"),
        carrier=at.text("carrier"),
        tracking_number=at.text("tracking_number"),
        tracking_url=at.url("tracking_url"),
        status=at.text("status"),
    )
