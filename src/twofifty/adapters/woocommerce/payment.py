"""How a WooCommerce order stands and is paid: two tables on one screen, and the reading of them."""

from datetime import datetime

from twofifty.adapters.woocommerce.words import words
from twofifty.intake import loose
from twofifty.order.model import Fulfillment, Payment, PaymentPart, State

# By status: payment where money has come in, payment where it has not.
_PAYMENT: dict[str, tuple[Payment, Payment]] = {
    "pending": ("paid", "pending"),
    "on-hold": ("paid", "pending"),
    "processing": ("paid", "paid"),
    "completed": ("paid", "paid"),
    "failed": ("failed", "failed"),
    "cancelled": ("voided", "voided"),
    "refunded": ("refunded", "refunded"),
    "trash": ("voided", "voided"),
}
_NOT_PLACED = ("auto-draft", "draft", "checkout-draft")
_OFF = ("cancelled", "trash")
_FULFILLED = ("completed",)
_OPEN = ("pending", "on-hold", "processing")

# A gateway's id; first whole, then by the words that stand within it. For the methods that are
# confirmed unpaid `processing` means accepted, not paid.
_METHODS = {
    "cod": "cash_on_delivery",
    "bacs": "bank_transfer",
    "cheque": "cheque",
    "stripe": "card",
    "woocommerce_payments": "card",
    "paypal": "paypal",
}
_WITHIN = (
    ("invoice", "invoice"),
    ("rechnung", "invoice"),
    ("purchase_order", "invoice"),
    ("klarna", "pay_later"),
    ("afterpay", "pay_later"),
    ("clearpay", "pay_later"),
    ("affirm", "pay_later"),
    ("ppcp-card", "card"),
    ("ppcp-credit-card", "card"),
    ("paypal", "paypal"),
    ("ppcp", "paypal"),
    ("apple_pay", "wallet"),
    ("google_pay", "wallet"),
    ("amazon_pay", "wallet"),
    ("sepa", "bank_transfer"),
    ("vorkasse", "bank_transfer"),
    ("gift", "gift_card"),
    ("creditcard", "card"),
    ("credit_card", "card"),
    ("stripe_cc", "card"),
)
_UNPAID_AT_FIRST = ("cash_on_delivery", "bank_transfer", "cheque", "invoice")


def state(order: dict[str, object], changed: datetime | None) -> State:
    """Where the order stands. `changed`: when it last did, which for a cancelled order is the
    nearest that is said to when it was cancelled."""
    status = status_of(order)
    return State(
        payment=_payment(order, status),
        fulfillment=_fulfillment(status),
        cancelled_at=changed if status in _OFF else None,
        draft=status in _NOT_PLACED,
    )


def status_of(order: dict[str, object]) -> str:
    """The status, without the prefix that it has in the database."""
    return (loose.text(order.get("status")) or "").removeprefix("wc-")


def payments(order: dict[str, object]) -> tuple[PaymentPart, ...]:
    """The one gateway that an order names."""
    gateway = loose.text(order.get("payment_method"))
    title = words(order.get("payment_method_title"))
    if not gateway:
        return ()
    return (PaymentPart(method=_method(gateway.lower()), title=title),)


def _payment(order: dict[str, object], status: str) -> Payment | None:
    has_come = any(order.get(name) for name in ("date_paid_gmt", "date_paid", "paid"))
    if status not in _PAYMENT:
        return "paid" if has_come and status not in _NOT_PLACED else None
    paid, unpaid = _PAYMENT[status]
    found = paid if has_come else unpaid
    if found == "paid" and not has_come and _comes_later(order):
        return "pending"
    return "partially_refunded" if found == "paid" and order.get("refunds") else found


def _comes_later(order: dict[str, object]) -> bool:
    gateway = loose.text(order.get("payment_method")) or ""
    return _method(gateway.lower()) in _UNPAID_AT_FIRST


def _fulfillment(status: str) -> Fulfillment | None:
    if status in _FULFILLED:
        return "fulfilled"
    return "unfulfilled" if status in _OPEN else None


def _method(gateway: str) -> str:
    if gateway in _METHODS:
        return _METHODS[gateway]
    return next((word for part, word in _WITHIN if part in gateway), gateway)
