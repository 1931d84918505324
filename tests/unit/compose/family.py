"""A letter of every kind: an order, what the customer was told of it before, and what happened."""

from datetime import timedelta
from decimal import Decimal

import msgspec

from tests.unit.compose.orders import PLACED, english
from twofifty.compose.letter import Letter
from twofifty.order.model import (
    Line,
    Links,
    Order,
    Parcel,
    ParcelLine,
    Refund,
    Shipping,
    State,
    Totals,
    Window,
)

ROOT = "Your order #1001"
PAGE = "https://mail.example.com/o/abc"
FOLLOW_UPS = ("update", "cancellation", "refund", "shipment", "delay", "delivery", "agent")
KINDS = ("confirmation", *FOLLOW_UPS)

FIRST = Parcel(
    id="p1",
    carrier="An Post",
    tracking_number="LX123456785IE",
    tracking_url="https://track.example.com/LX123456785IE",
    lines=(ParcelLine(line_id="1", quantity=Decimal(1)),),
    status="in_transit",
    estimate=Window(earliest="2026-11-25", latest="2026-11-26"),
)
SECOND = Parcel(
    id="p2",
    carrier="DPD",
    tracking_number="09-445-1",
    tracking_url="https://track.example.com/09-445-1",
    lines=(
        ParcelLine(line_id="1", quantity=Decimal(1)),
        ParcelLine(line_id="2", quantity=Decimal(1)),
    ),
    status="pending",
)


def shipped(*parcels: Parcel, locale: str = "en-IE") -> Order:
    """The English order in these parcels."""
    return msgspec.structs.replace(english(), parcels=parcels, locale=locale)


def later(window: Window, locale: str = "en-IE") -> Order:
    """The English order, delivered in another window."""
    ways = tuple(msgspec.structs.replace(way, estimate=window) for way in english().shipping)
    return msgspec.structs.replace(english(), shipping=ways, locale=locale)


def changed(locale: str = "en-IE") -> Order:
    """The English order with a line more, one less, one of another number, size and price, and with
    another address, way of shipping, window, note and e-mail address."""
    order = english()
    sweater, _, board = order.lines
    bag = Line(
        id="4",
        title="Canvas bag",
        quantity=Decimal(1),
        unit_price=Decimal("19.00"),
        total=Decimal("19.00"),
        variant="Sand",
    )
    other = msgspec.structs.replace(
        sweater,
        quantity=Decimal(3),
        unit_price=Decimal("55.00"),
        total=Decimal("165.00"),
        variant="Forest green / L",
    )
    assert order.shipping_address is not None
    home = msgspec.structs.replace(order.shipping_address, line1="7 Quay Street", line2=None)
    totals = msgspec.structs.replace(
        order.totals, subtotal=Decimal("218.00"), total=Decimal("239.45"), due=Decimal("17.50")
    )
    way = Shipping(
        title="Express",
        amount=Decimal(0),
        estimate=Window(earliest="2026-11-23", latest="2026-11-24"),
    )
    return msgspec.structs.replace(
        order,
        lines=(other, board, bag),
        shipping_address=home,
        shipping=(way,),
        note="Ring twice, please.",
        totals=totals,
        locale=locale,
        customer=msgspec.structs.replace(order.customer, email="ada.new@example.com"),
    )


def cancelled(locale: str = "en-IE") -> Order:
    """The English order, cancelled and refunded."""
    totals = msgspec.structs.replace(english().totals, refunded=Decimal("221.95"))
    state = State(payment="refunded", cancelled_at=PLACED + timedelta(hours=1))
    return msgspec.structs.replace(english(), state=state, totals=totals, locale=locale)


def paid_back(locale: str = "en-IE") -> Order:
    """The English order with two refunds."""
    refunds = (
        Refund(id="r1", amount=Decimal("10.00"), at=PLACED, reason="Late"),
        Refund(id="r2", amount=Decimal("34.00"), at=PLACED, reason="Board arrived cracked"),
    )
    totals = msgspec.structs.replace(english().totals, refunded=Decimal("44.00"))
    return msgspec.structs.replace(english(), refunds=refunds, totals=totals, locale=locale)


def told(order: Order) -> Order:
    """What the customer knew of a refunded order: the first refund."""
    totals: Totals = msgspec.structs.replace(order.totals, refunded=Decimal("10.00"))
    return msgspec.structs.replace(order, refunds=order.refunds[:1], totals=totals)


def letters(locale: str = "en-IE") -> dict[str, Letter]:
    """One of each kind by its name; some kinds in two ways."""
    first = msgspec.structs.replace(english(), locale=locale)
    sent = shipped(FIRST, SECOND, locale=locale)
    there = msgspec.structs.replace(FIRST, status="delivered")
    late = later(Window(earliest="2026-12-01", latest="2026-12-03"), locale)
    back = paid_back(locale)
    arrived = msgspec.structs.replace(SECOND, status="delivered")
    complete = msgspec.structs.replace(
        shipped(there, arrived, locale=locale), state=State(fulfillment="fulfilled")
    )
    agent = "Hello,\n\nyour board is engraved by hand.\nIt needs a day more.\n\nKind regards"
    return {
        "confirmation": Letter(kind="confirmation", order=first),
        "confirmation_sent": Letter(kind="confirmation", order=sent),
        "compact": Letter(kind="confirmation", order=first, layout="compact"),
        "update": _follow("update", changed(locale), first, "m_1"),
        "cancellation": _follow("cancellation", cancelled(locale), first, "m_1"),
        "refund": _follow("refund", back, told(back), "m_1"),
        "shipment": _follow("shipment", sent, first, "parcel:p1"),
        "delay": _follow("delay", late, first, "m_1"),
        "delay_parcel": _follow("delay", sent, first, "parcel@2026-11-26:p1"),
        "delivery": _follow("delivery", shipped(there, SECOND, locale=locale), first, "parcel:p1"),
        "delivery_all": _follow("delivery", complete, first, "all"),
        "agent": msgspec.structs.replace(_follow("agent", first, first, ""), words=agent),
    }


def _follow(kind: str, order: Order, before: Order, facts: str) -> Letter:
    stated = {"kind": kind, "order": order, "before": before, "facts": facts}
    return Letter(**stated, root_subject=ROOT, page_url=PAGE)  # type: ignore[arg-type]


def pageless(order: Order) -> Order:
    """The order without a page of the shop's own."""
    return msgspec.structs.replace(order, links=Links())
