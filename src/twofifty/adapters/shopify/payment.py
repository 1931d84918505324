"""How a Shopify order is paid: two tables on one screen, and the reading of them."""

from twofifty.intake import loose
from twofifty.order.model import Fulfillment, Payment, PaymentPart

# Order.financial_status; an authorisation that expired will not bring money any more.
_PAYMENT: dict[object, Payment] = {
    "pending": "pending",
    "authorized": "authorized",
    "partially_paid": "partially_paid",
    "paid": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "voided": "voided",
    "expired": "failed",
}
_FULFILLMENT: dict[object, Fulfillment] = {
    None: "unfulfilled",
    "unfulfilled": "unfulfilled",
    "partial": "partial",
    "fulfilled": "fulfilled",
    "restocked": "returned",
}

# A gateway's handle, or the name that a merchant gave a manual method, in lower case: the whole of
# it first, then the first words below that stand within it.
_METHODS = {
    "cod": "cash_on_delivery",
    "shopify_payments": "card",
    "stripe": "card",
    "bogus": "card",
    "visa": "card",
    "mastercard": "card",
    "amex": "card",
    "manual": "manual",
}
_WITHIN = (
    ("cash on delivery", "cash_on_delivery"),
    ("cash_on_delivery", "cash_on_delivery"),
    ("(cod)", "cash_on_delivery"),
    ("nachnahme", "cash_on_delivery"),
    ("bank deposit", "bank_transfer"),
    ("bank transfer", "bank_transfer"),
    ("bank_transfer", "bank_transfer"),
    ("wire transfer", "bank_transfer"),
    ("überweisung", "bank_transfer"),
    ("vorkasse", "bank_transfer"),
    ("money order", "cheque"),
    ("cheque", "cheque"),
    ("check payment", "cheque"),
    ("invoice", "invoice"),
    ("rechnung", "invoice"),
    ("gift_card", "gift_card"),
    ("gift card", "gift_card"),
    ("installments", "pay_later"),
    ("klarna", "pay_later"),
    ("afterpay", "pay_later"),
    ("clearpay", "pay_later"),
    ("affirm", "pay_later"),
    ("sezzle", "pay_later"),
    ("paypal", "paypal"),
    ("apple_pay", "wallet"),
    ("google_pay", "wallet"),
    ("amazon", "wallet"),
    ("shop_pay", "wallet"),
    ("authorize_net", "card"),
    ("credit card", "card"),
    ("credit_card", "card"),
)


def payment_state(order: dict[str, object]) -> Payment | None:
    """How the order stands with its payment; None where it does not say."""
    status = order.get("financial_status")
    return _PAYMENT.get(status) if isinstance(status, str) else None


def fulfillment_state(order: dict[str, object]) -> Fulfillment | None:
    """How much has left; a null `fulfillment_status` means nothing has."""
    status = order.get("fulfillment_status", "")
    return _FULFILLMENT.get(status) if status is None or isinstance(status, str) else None


def payments(order: dict[str, object]) -> tuple[PaymentPart, ...]:
    """The gateways that the order names, and its payment terms (an invoice to be paid later)."""
    names = order.get("payment_gateway_names", [order.get("gateway")])
    gateways = [loose.text(name) for name in names] if isinstance(names, list) else []
    parts = [_part(name, order) for name in gateways if name]
    terms = loose.mapping(order.get("payment_terms"))
    if terms:
        title = loose.text(terms.get("payment_terms_name"))
        parts.append(PaymentPart(method="invoice", title=title))
    return tuple(parts)


def _part(gateway: str, order: dict[str, object]) -> PaymentPart:
    method = _method(gateway.lower())
    if method == "card":
        card = loose.mapping(order.get("payment_details")).get("credit_card_company")
        return PaymentPart(method=method, title=loose.text(card))
    # A handle is for machines; what a merchant wrote has capitals or blanks.
    return PaymentPart(method=method, title=gateway if gateway != gateway.lower() else None)


def _method(gateway: str) -> str:
    if gateway in _METHODS:
        return _METHODS[gateway]
    return next((word for part, word in _WITHIN if part in gateway), gateway)
