"""What was paid for a purchase unit: captures, sales and authorizations, and what went back.

https://developer.paypal.com/docs/api/payments/v2/. The order's own status never says that money
came in ("a completed order can indicate a payment was authorized, captured or declined"): the
payments do.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.order.model import Payment, PaymentPart, Refund

_CAPTURED: dict[str, Payment] = {
    "completed": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "pending": "pending",
    "declined": "failed",
    "denied": "failed",
    "failed": "failed",
}
_AUTHORIZED: dict[str, Payment] = {
    "created": "authorized",
    "authorized": "authorized",
    "pending": "pending",
    "partially_captured": "partially_paid",
    "captured": "paid",
    "voided": "voided",
    "expired": "voided",
    "denied": "failed",
}
_UNPAID: dict[str, Payment] = {"voided": "voided", "failed": "failed"}
STATES = {"capture": _CAPTURED, "sale": _CAPTURED, "authorization": _AUTHORIZED}
AMOUNT = "amount.value|amount.total"
_CAME_IN = ("paid", "partially_refunded", "refunded")
_METHODS = {"venmo": "wallet", "pay_upon_invoice": "invoice", "oxxo": "cash"}


class Part(msgspec.Struct, frozen=True):
    """A payment: `kind` is a key of `STATES`."""

    kind: str
    node: Node
    state: Payment | None


def parts(unit: Node) -> list[Part]:
    """The unit's captures (v1: sales and captures); its authorizations where nothing is captured.

    An authorization that was captured is the same money again."""
    found = [
        Part(kind, each, each.word("status|state", STATES[kind]))
        for kind, each in _resources(unit)
        if kind in STATES
    ]
    return [each for each in found if each.kind != "authorization"] or found


def _resources(unit: Node) -> Iterator[tuple[str, Node]]:
    for kinds, listed in unit.pairs("payments|payment_summary"):
        for each in listed.each():
            yield kinds.removesuffix("s"), each
    for resource in unit.each("related_resources"):
        yield from resource.pairs("")


def state(status: str, made: list[Part], total: Decimal) -> Payment | None:
    """How the order stands: failed attempts count only where there is nothing else."""
    states = [each.state for each in made if each.state is not None]
    going = [each for each in states if each != "failed"]
    if not made:
        return _UNPAID.get(status, "pending")
    if not going:
        return "failed" if states else None
    if set(going) & {"refunded", "partially_refunded"}:
        return "refunded" if set(going) == {"refunded"} else "partially_refunded"
    if "paid" in going and (set(going) != {"paid"} or _is_part(made, total)):
        return "partially_paid"
    return going[0]


def _is_part(made: list[Part], total: Decimal) -> bool:
    """Less than the total came in, and the rest may still come or was declined."""
    more = any(
        each.state == "failed" or each.node.stated("final_capture") is False for each in made
    )
    came = paid(made)
    return more and came is not None and came < total


def paid(made: list[Part]) -> Decimal | None:
    """What came in, before anything went back."""
    came = [each for each in made if each.state in _CAME_IN and each.kind != "authorization"]
    return loose.total([each.node.money(AMOUNT) for each in came])


def source(node: Node) -> tuple[str, Node]:
    """What the buyer pays with: its name (`paypal`, `card`, ...) and what PayPal says of it."""
    named = [(name, each) for name, each in node.pairs("payment_source")]
    older = node.text("payer.payment_method") or "paypal"
    return named[0] if named else (older, Node(None))


def read_payments(node: Node, made: list[Part]) -> tuple[PaymentPart, ...]:
    """One part a payment, found again by its id; one without an id where nothing is paid yet."""
    name, details = source(node)
    method = _METHODS.get(name) or methods.method(name)
    title = details.text("brand+last_digits")
    if not made:
        return (PaymentPart(method=method, title=title),)
    return tuple(
        PaymentPart(
            method=method,
            title=title,
            amount=each.node.money(AMOUNT),
            status=(each.node.text("status|state") or "").lower() or None,
            reference=each.node.key("id"),
        )
        for each in made
    )


def refunds(units: list[Node]) -> tuple[Refund, ...]:
    """What went back for the units; refunds that are pending or failed did not."""
    found = [each for unit in units for kind, each in _resources(unit) if kind == "refund"]
    return tuple(refund for each in found if (refund := read_refund(each)))


def read_refund(node: Node) -> Refund | None:
    """A completed refund; v1 writes its amount below nought. None for one that is not completed, or
    whose amount a minimal reply leaves out."""
    amount, identity = node.money(AMOUNT), node.key("id")
    done = (node.text("status|state") or "").lower() == "completed"
    if not (done and amount and identity):
        return None
    return Refund(
        id=identity,
        amount=abs(amount),
        at=node.moment("create_time"),
        reason=node.text("note_to_payer|description|reason"),
    )
