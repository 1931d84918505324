"""The canonical door: `POST /v1/orders` and `POST /v1/events`, bytes to an event, all or nothing.

What is wrong is said of every field at once; a field that `twofifty.order/1` does not know is
accepted and named in a warning.
"""

import hashlib
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from twofifty.errors import BadInput, Problem
from twofifty.intake import fields, strict
from twofifty.order import wire
from twofifty.order.events import OrderEvent
from twofifty.order.model import Order

DEFAULT_SOURCE = "api"

_MOST_PLACES = 15
_MOST_CHARACTERS = 34
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_TITLE = "the order cannot be used as it stands"
_DIGITS_AS_ZERO = bytes.maketrans(b"123456789+", b"000000000-")
_ODD = (b"0" * _MOST_PLACES, b'"quantity":"-', b"Infinity", b"NaN", b"0E-")
_WITH_MONEY = ("lines", "discounts", "taxes", "fees", "shipping", "payments")


class Read(msgspec.Struct, frozen=True):
    """What came in, its order `encoded`, and which of its fields were not understood."""

    event: OrderEvent
    encoded: bytes
    warnings: tuple[Problem, ...] = ()


def order(body: bytes) -> Read:
    """An order, as the event that it stands so now. Raises BadInput 400, 413, 422."""
    return _read(body, Order, "")


def event(body: bytes) -> Read:
    """`{"type", "order"}`. Raises BadInput 400, 413, 422."""
    return _read(body, OrderEvent, "order.")


def facts_digest(order: Order, encoded: bytes) -> bytes:
    """SHA-256 of what the order, which is `encoded` so, says apart from `revision` and
    `updated_at`: equal digests mean no news."""
    return hashlib.sha256(wire.facts(order, encoded)).digest()


def _read(body: bytes, kind: type[Order] | type[OrderEvent], prefix: str) -> Read:
    stated = strict.tree(body)
    as_it_came = not _name_source(stated, prefix) and b"\\u0000" not in body
    try:
        # The bytes again, typed, cost a quarter of what turning the tree into values costs.
        read = _DECODERS[kind].decode(body) if as_it_came else msgspec.convert(stated, kind)
    except msgspec.ValidationError as fault:
        problems = fields.problems(stated, kind) or (Problem("body", str(fault)),)
        raise BadInput(422, _TITLE, problems) from None
    event = read if isinstance(read, OrderEvent) else OrderEvent(type="order.updated", order=read)
    encoded = wire.encode(event.order)
    if problems := (*_out_of_bounds(event.order, encoded, prefix), *_contradictions(event)):
        raise BadInput(422, _TITLE, problems)
    warnings = fields.unknown(stated, kind)
    if event.type == "cart.abandoned":
        event = _as_a_cart(event)
        encoded = wire.encode(event.order)
    return Read(event, encoded, warnings)


def _contradictions(event: OrderEvent) -> Iterator[Problem]:
    """Facts decide, so an event must not say what its order denies."""
    if event.type == "order.cancelled" and event.order.state.cancelled_at is None:
        message = "an order.cancelled event says when: write the time of the cancellation"
        yield Problem("order.state.cancelled_at", message)


def _as_a_cart(event: OrderEvent) -> OrderEvent:
    """A cart is no order yet, whatever else it says."""
    state = msgspec.structs.replace(event.order.state, draft=True)
    return msgspec.structs.replace(event, order=msgspec.structs.replace(event.order, state=state))


_DECODERS: dict[type, msgspec.json.Decoder[Order | OrderEvent]] = {
    kind: msgspec.json.Decoder(kind) for kind in (Order, OrderEvent)
}


def _name_source(stated: object, prefix: str) -> bool:
    """Puts the default source where none is named; whether it had to."""
    holder = stated.get("order") if prefix and isinstance(stated, dict) else stated
    if isinstance(holder, dict) and "source" not in holder:
        holder["source"] = DEFAULT_SOURCE
        return True
    return False


def _out_of_bounds(order: Order, encoded: bytes, prefix: str) -> Iterator[Problem]:
    """What types alone do not refuse: figures that are no money, and less than nothing."""
    if _may_have_odd_figures(encoded):
        yield from _odd_figures(order, prefix)
    yield from _moments(order, prefix)
    if order.revision is not None and not 0 <= order.revision < 2**63:
        yield Problem(f"{prefix}revision", "write a whole number from 0 to 2^63 - 1")


def _may_have_odd_figures(encoded: bytes) -> bool:
    """Whether any figure might be odd; a false alarm costs time, and no odd one goes by: it has an
    exponent, is no number, is too many digits long, or is a quantity below nought."""
    digits = encoded.translate(_DIGITS_AS_ZERO)
    return any(map(digits.__contains__, _ODD))


def _odd_figures(order: Order, prefix: str) -> Iterator[Problem]:
    for path, part in _with_figures(order):
        yield from _figures(part, f"{prefix}{path}")
    for at, line in enumerate(order.lines):
        if line.quantity.is_finite() and line.quantity < 0:
            yield Problem(f"{prefix}lines[{at}].quantity", "a quantity is a number of at least 0")


def _moments(order: Order, prefix: str) -> Iterator[Problem]:
    stated = (
        ("placed_at", order.placed_at),
        ("updated_at", order.updated_at),
        ("state.cancelled_at", order.state.cancelled_at),
    )
    for path, moment in stated:
        if moment is not None and not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            message = f"write a time between the years {_FIRST_YEAR} and {_LAST_YEAR}"
            yield Problem(f"{prefix}{path}", message)


def _with_figures(order: Order) -> Iterator[tuple[str, msgspec.Struct]]:
    """Every part of an order that holds amounts or quantities, with its path."""
    yield "totals", order.totals
    for name in _WITH_MONEY:
        for at, part in enumerate(getattr(order, name)):
            yield f"{name}[{at}]", part
    for at, parcel in enumerate(order.parcels):
        yield from ((f"parcels[{at}].lines[{i}]", line) for i, line in enumerate(parcel.lines))


def _figures(part: msgspec.Struct, path: str) -> Iterator[Problem]:
    for at, value in enumerate(msgspec.structs.astuple(part)):
        if value.__class__ is Decimal and not _is_figure(value):
            name = part.__struct_encode_fields__[at]
            yield Problem(f"{path}.{name}", 'write a plain decimal number, such as "12.50"')


def _is_figure(value: Decimal) -> bool:
    """Finite, between 10^-15 and 10^15, of a length that can be meant."""
    return (
        value.is_finite()
        and -_MOST_PLACES <= value.adjusted() < _MOST_PLACES
        and len(str(value)) <= _MOST_CHARACTERS
    )
