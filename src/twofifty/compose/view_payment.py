"""How the order is paid, and what an unpaid one asks of the customer."""

from collections.abc import Iterable
from typing import Final

from twofifty.compose import clean
from twofifty.compose.reader import Reader
from twofifty.compose.view_facts import cell
from twofifty.order.model import Order, PaymentPart

_MAX_PARTS: Final = 6
_FAILED: Final = frozenset({"failed", "failure", "voided", "cancelled", "canceled", "declined"})
_SETTLED: Final = frozenset({"paid", "authorized", "refunded", "partially_refunded"})
_DONE: Final = frozenset({"paid", "captured", "completed", "success", "succeeded"})
# Titles that say no more than the word does; the reader's own language says it better.
_GENERIC: Final = frozenset(
    {"card", "credit card", "debit card", "credit/debit card", "kreditkarte", "karte", "wallet"}
)


def payment_cell(order: Order, reader: Reader) -> dict[str, object] | None:
    """Methods with their amounts where there are several, and instructions; None for nothing."""
    parts = [part for part in order.payments if (part.status or "").lower() not in _FAILED]
    parts = parts[:_MAX_PARTS]
    methods = [_method(part, len(parts) > 1, reader) for part in parts]
    asks = list(dict.fromkeys(_instructions(order, parts, reader)))
    if not any(methods):
        return None
    return cell(reader.text("payment"), methods, asks)


def unpaid(order: Order) -> bool:
    """Whether something is still to be paid, as far as the order says."""
    due = order.totals.due
    return order.state.payment not in _SETTLED and (due is None or due > 0)


def _method(part: PaymentPart, several: bool, reader: Reader) -> str:
    title = payment_title(part, reader)
    return f"{title}: {reader.money(part.amount)}" if several and part.amount is not None else title


def payment_title(part: PaymentPart, reader: Reader) -> str:
    """A known word in the reader's language, but a card's or wallet's own name (`Visa •••• 4242`)
    where it says more; an unknown method by its title."""
    own = clean.line(part.title or "", 120)
    known = reader.tongue.texts.plain.get(f"pay_{part.method}")
    if known is None:
        return own or clean.line(part.method, 120)
    telling = part.method in ("card", "wallet") and own.lower() not in _GENERIC
    return (telling and own) or known


def _instructions(order: Order, parts: list[PaymentPart], reader: Reader) -> Iterable[str]:
    if not unpaid(order):
        return
    for part in parts:
        asked = reader.tongue.texts.plain.get(f"unpaid_{part.method}")
        if asked and (part.status or "").lower() not in _DONE:
            yield asked
