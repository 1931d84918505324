"""Where a PrestaShop order stands.

A shop makes its own states. What one means is said by its flags and by the template of its mail,
which has one name in all languages; where only its number is known, by the numbers that every
installation begins with (`order_state.xml`).
"""

from decimal import Decimal

import msgspec

from twofifty.intake.node import Node
from twofifty.order.model import Fulfillment, Payment


class Standing(msgspec.Struct, frozen=True):
    """What a state says."""

    payment: Payment | None = None
    fulfillment: Fulfillment | None = None
    cancelled: bool = False
    delivered: bool = False


_STATE = "order_state|order.order_state|orderStatus|newOrderStatus"
_PAID = Standing("paid", "unfulfilled")
_PENDING = Standing("pending", "unfulfilled")
STATES = {
    "1": _PENDING,  # awaiting a cheque
    "2": _PAID,
    "3": _PAID,  # in preparation
    "4": Standing("paid", "fulfilled"),  # shipped
    "5": Standing("paid", "fulfilled", delivered=True),
    "6": Standing("voided", None, cancelled=True),
    "7": Standing("refunded", None),
    "8": Standing("failed", "unfulfilled"),
    "9": _PAID,  # on backorder
    "10": _PENDING,  # awaiting a bank transfer
    "11": _PAID,  # paid elsewhere
    "12": _PENDING,  # on backorder, not paid
    "13": _PENDING,  # awaiting cash on delivery
}
_TEMPLATES = {
    "order_canceled": STATES["6"],
    "refund": STATES["7"],
    "payment_error": STATES["8"],
}


def standing(node: Node) -> Standing:
    """From the state, and from what was really paid where it is paid in full."""
    order, state = node.at("order"), node.at(_STATE)
    said = _of(state) if "paid" in state else STATES.get(_number(node), Standing())
    paid = order.money("total_paid_real") or Decimal(0)
    total = order.money("total_paid_tax_incl|total_paid") or Decimal(0)
    if said.payment in (None, "pending") and paid:
        return msgspec.structs.replace(said, payment="paid" if paid >= total else "partially_paid")
    return said


def _number(node: Node) -> str:
    return node.text("order.current_state|order_state.id|order.id_order_state") or ""


def _of(state: Node) -> Standing:
    template = state.text("template.0.value|template") or ""
    if template in _TEMPLATES:
        return _TEMPLATES[template]
    shipped: Fulfillment = "fulfilled" if state.true("shipped") else "unfulfilled"
    return Standing("paid" if state.true("paid") else "pending", shipped)
