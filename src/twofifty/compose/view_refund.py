"""What is said where an order comes back undone: its cancellation, and money that goes back."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from twofifty.compose import clean
from twofifty.compose.jsonld import order_markup
from twofifty.compose.letter import Letter
from twofifty.compose.phrases import say
from twofifty.compose.reader import Reader
from twofifty.compose.view_subject import preheader
from twofifty.compose.view_totals import Row, row, totals_view
from twofifty.compose.view_whole import items_view, said_lines
from twofifty.order.model import Order, Refund
from twofifty.order.parcel import left

View = dict[str, object]

_MAX_REFUNDS: Final = 10
_ZERO: Final = Decimal(0)
_SENT: Final = ("partial", "fulfilled")


def cancellation_view(letter: Letter, whose: Reader, limit: int) -> View:
    """What was ordered, and what of its money went back. Nothing is asked of the customer."""
    order = letter.order
    lines = order.lines or (letter.before.lines if letter.before is not None else ())
    said = said_lines(lines, whose, limit)
    sums = totals_view(order, whose)
    back = refunded(order)
    amount = whose.money(back) if back else ""
    return {
        "headline": whose.text("cancellation_headline"),
        "intro": "" if _is_sent(order) or _was_sent(letter) else whose.text("cancellation_intro"),
        "preheader": preheader(letter, whose, amount),
        "refunded": say(whose.tongue, "cancellation_refunded", amount=amount) if back else "",
        "items": items_view(said, len(lines), "cancelled_items", whose),
        "images": any(line["image"] for _, line in said),
        "totals": {**sums, "after": _paid(order, back, whose)},
        "jsonld": order_markup(letter, whose, said),
    }


def refund_view(letter: Letter, whose: Reader, limit: int) -> View:
    """The money that went back since the last mail, why, and how much it is in all."""
    order = letter.order
    news = _news(letter)
    amount = newly_refunded(letter)
    shown = whose.money(amount) if amount else ""
    plain = whose.text("refund_headline_plain")
    return {
        "headline": say(whose.tongue, "refund_headline", amount=shown) if shown else plain,
        "intro": whose.text("refund_intro"),
        "preheader": preheader(letter, whose, shown),
        "sums": {"rows": _rows(news, shown, whose), "after": _so_far(order, whose)},
        "jsonld": None,
    }


def refunded(order: Order) -> Decimal:
    """What went back of an order's money, as far as it says."""
    return order.totals.refunded or sum((refund.amount for refund in order.refunds), _ZERO)


def newly_refunded(letter: Letter) -> Decimal:
    """What went back since the last mail; zero where that is unknown."""
    stated = sum((refund.amount for refund in _news(letter)), _ZERO)
    before = refunded(letter.before) if letter.before is not None else _ZERO
    return stated or max(_ZERO, refunded(letter.order) - before)


def _is_sent(order: Order) -> bool:
    """Whether some of it has left, so that it may arrive although it is cancelled."""
    return order.state.fulfillment in _SENT or any(map(left, order.parcels))


def _was_sent(letter: Letter) -> bool:
    """Whether it was as far when the customer heard of it last: a shop that keeps no parcels may
    forget it with the cancellation."""
    return letter.before is not None and _is_sent(letter.before)


def _news(letter: Letter) -> Sequence[Refund]:
    """The refunds that the customer does not know of."""
    before = letter.before.refunds if letter.before is not None else ()
    known = {refund.id for refund in before}
    return [refund for refund in letter.order.refunds if refund.id not in known]


def _rows(news: Sequence[Refund], amount: str, whose: Reader) -> list[Row]:
    """Each refund with its reason; one for all where they are many or not named."""
    label = whose.text("refund_amount")
    if not news or len(news) > _MAX_REFUNDS:
        return [row(whose, label, amount)] if amount else []
    rows: list[Row] = []
    for each in news:
        rows.append(row(whose, label, whose.money(each.amount)))
        reason = clean.line(each.reason or "", 300)
        if reason:
            rows.append(row(whose, f"{whose.text('refund_reason')}: {reason}", ""))
    return rows


def _so_far(order: Order, whose: Reader) -> list[Row]:
    total = refunded(order)
    rows = [row(whose, whose.text("total"), whose.money(order.totals.total))]
    return [row(whose, whose.text("refunded_so_far"), whose.money(total)), *rows] if total else rows


def _paid(order: Order, back: Decimal, whose: Reader) -> list[Row]:
    paid = order.totals.paid
    rows = [row(whose, whose.text("paid"), whose.money(paid))] if paid else []
    return [*rows, row(whose, whose.text("refunded"), whose.money(-back))] if back else rows
