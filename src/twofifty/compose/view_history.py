"""How far an order is and what has happened to it, by its own facts and the mails that left. Pure.

What is not known is not said: a payment has no time in an order, so its step has none.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

import msgspec

from twofifty.compose.view_payment import unpaid
from twofifty.notice.model import Kind
from twofifty.order.model import Order
from twofifty.order.parcel import arrived, left, missing, sendable, stage

State = Literal["done", "now", "todo"]

_PAID: Final = frozenset({"paid", "partially_refunded", "refunded"})
_MONEYLESS: Final = ("refunded", "voided")
_PAID_LATER: Final = frozenset({"cash_on_delivery", "invoice", "pay_later"})
_STEPS: Final[dict[Kind, str]] = {
    "confirmation": "step_confirmed",
    "update": "step_updated",
    "shipment": "step_shipped",
    "delay": "step_delayed",
    "delivery": "step_delivered",
}


class Told(msgspec.Struct, frozen=True):
    """A mail that left: its kind, and when."""

    kind: Kind
    at: datetime


class Step(msgspec.Struct, frozen=True):
    """A step on the line from placed to delivered; `name` is that of its text."""

    name: str
    state: State


class Happened(msgspec.Struct, frozen=True):
    """Something that happened; `name` is that of its text. `at` None: it is not known when.
    `amount`: what was refunded."""

    name: str
    at: datetime | None = None
    amount: Decimal | None = None


def headline(order: Order) -> str:
    """The name of the text that says how the order stands."""
    if order.state.cancelled_at is not None:
        return "cancellation_headline"
    if order.state.payment == "refunded":
        return "refund_headline_plain"
    if arrived(order):
        return "delivery_headline" if len(sendable(order)) == 1 else "delivery_headline_all"
    return _way_headline(order)


def _way_headline(order: Order) -> str:
    """The same of an order that is not wholly there."""
    if any(stage(parcel) == "delayed" for parcel in order.parcels):
        return "delay_headline"
    if _shipped(order) and not _is_back(order) and not _rests(order):
        return "shipment_headline" if _shipped_all(order) else "shipment_headline_part"
    return progress(order)[_current(order)].name


def _shipped_all(order: Order) -> bool:
    return all(map(left, sendable(order))) and not missing(order)


def _rests(order: Order) -> bool:
    """Whether no parcel is under way or waits, and some of them came back."""
    stages = set(map(stage, sendable(order)))
    return "returned" in stages and stages <= {"delivered", "returned"}


def is_over(order: Order) -> bool:
    """Whether nothing comes any more: the order is cancelled, or its goods or its money are back
    and no parcel is under way."""
    if order.state.cancelled_at is not None or _is_back(order):
        return True
    ended = order.state.payment in _MONEYLESS or order.state.fulfillment == "returned"
    return ended and not _is_under_way(order)


def _is_under_way(order: Order) -> bool:
    return any(left(parcel) and stage(parcel) != "delivered" for parcel in order.parcels)


def _is_back(order: Order) -> bool:
    """Whether all that was sent came back to the shop, and nothing waits to be sent. An order may
    be called returned that was never sent, only restocked: a parcel must tell of it."""
    stages = set(map(stage, sendable(order)))
    if order.state.fulfillment == "returned":
        return bool(stages & {"returned", "delivered"}) and not _is_under_way(order)
    return stages == {"returned"} and (order.state.fulfillment == "fulfilled" or not missing(order))


def progress(order: Order) -> tuple[Step, ...]:
    """The line from placed to where the order ends; exactly one step is `now`."""
    names, current = _line(order), _current(order)
    return tuple(Step(name, _state(place, current)) for place, name in enumerate(names))


def history(order: Order, told: Sequence[Told], since: datetime) -> tuple[Happened, ...]:
    """What has happened, oldest first. `since`: when the order came, where it does not say when
    it was placed."""
    dated = [
        Happened("step_placed", order.placed_at or since),
        *_mails(told),
        *_cancelled(order, told),
        *(Happened("step_refunded", one.at, one.amount) for one in order.refunds if one.at),
    ]
    first, *later = sorted(dated, key=_when)
    return (first, *_paid(order), *later, *_undated(order, told))


def _state(place: int, current: int) -> State:
    if place == current:
        return "now"
    return "done" if place < current else "todo"


def _line(order: Order) -> list[str]:
    """The names of the steps, in order."""
    if order.state.cancelled_at is not None:
        back = ["step_refunded"] if order.totals.refunded else []
        return ["step_placed", "step_cancelled", *back]
    payment = _payment(order)
    ways = _ways(order) if _ships(order) else []
    back = ["step_refunded"] if order.state.payment == "refunded" else []
    return ["step_placed", *([payment] if payment else []), *ways, *back]


def _ways(order: Order) -> list[str]:
    """The steps of the goods; where nothing more comes, only those that they went."""
    if _is_back(order):
        return ["step_preparing", "step_shipped", "parcel_returned"]
    ended = order.state.payment == "refunded" or is_over(order)
    if ended and not _shipped(order):
        return []
    to_the_end = arrived(order) or not ended
    return ["step_preparing", "step_shipped", *(["step_delivered"] if to_the_end else [])]


def _current(order: Order) -> int:
    """The place of the step at which the order is."""
    names = _line(order)
    for name, reached in (
        ("step_refunded", True),
        ("step_cancelled", True),
        ("parcel_returned", True),
        ("step_delivered", arrived(order)),
        ("step_shipped", _shipped(order)),
        ("step_awaiting_payment", True),
        ("step_preparing", True),
        ("step_paid", True),
    ):
        if reached and name in names:
            return names.index(name)
    return 0


def _payment(order: Order) -> str | None:
    """The step of the payment; None where nothing is to be waited for, or nothing is known."""
    if order.state.payment in _PAID:
        return "step_paid"
    return "step_awaiting_payment" if _is_awaited(order) else None


def _is_awaited(order: Order) -> bool:
    if order.state.payment is None or _shipped(order) or is_over(order):
        return False
    later = any(part.method in _PAID_LATER for part in order.payments)
    return not later and unpaid(order)


def _ships(order: Order) -> bool:
    goods = any(not (line.digital or line.gift_card) for line in order.lines)
    return goods or bool(sendable(order))


def _shipped(order: Order) -> bool:
    """Whether something is on its way, as far as the order says."""
    return order.state.fulfillment == "fulfilled" or any(map(left, order.parcels))


def _when(happened: Happened) -> float:
    return happened.at.timestamp() if happened.at is not None else 0.0


def _mails(told: Sequence[Told]) -> Iterator[Happened]:
    """A step for each mail that brought news; the order was confirmed once, however often the
    mail went out."""
    confirmed = False
    for mail in told:
        name = _STEPS.get(mail.kind)
        if name is None or (confirmed and mail.kind == "confirmation"):
            continue
        confirmed = confirmed or mail.kind == "confirmation"
        yield Happened(name, mail.at)


def _cancelled(order: Order, told: Sequence[Told]) -> Iterator[Happened]:
    """The cancellation and the refunds, by the order where it knows, else by the mails."""
    if order.state.cancelled_at is not None:
        yield Happened("step_cancelled", order.state.cancelled_at)
    if not _dates_refunds(order):
        yield from (Happened("step_refunded", mail.at) for mail in told if mail.kind == "refund")


def _paid(order: Order) -> Iterator[Happened]:
    if order.state.payment in _PAID:
        yield Happened("step_paid")


def _undated(order: Order, told: Sequence[Told]) -> Iterator[Happened]:
    """What the order says has happened, of which no mail tells when."""
    kinds = {mail.kind for mail in told}
    if _ships(order) and (_shipped(order) or _is_back(order)) and "shipment" not in kinds:
        yield Happened("step_shipped")
    if arrived(order) and "delivery" not in kinds:
        yield Happened("step_delivered")
    if _is_back(order):
        yield Happened("parcel_returned")
    if order.totals.refunded and "refund" not in kinds and not _dates_refunds(order):
        yield Happened("step_refunded", None, order.totals.refunded)


def _dates_refunds(order: Order) -> bool:
    return any(one.at for one in order.refunds)
