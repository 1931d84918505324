"""How an order is paid, from a gateway's handle or a method's name: one table for every shop."""

from twofifty.order.model import PaymentPart

# The whole handle first, in lower case, then the first words below that stand within it.
_METHODS = {
    "cod": "cash_on_delivery",
    "bacs": "bank_transfer",
    "cheque": "cheque",
    "check": "cheque",
    "shopify_payments": "card",
    "stripe": "card",
    "bogus": "card",
    "visa": "card",
    "mc": "card",
    "mastercard": "card",
    "amex": "card",
    "woocommerce_payments": "card",
    "scheme": "card",
    "checkmo": "cheque",
    "banktransfer": "bank_transfer",
    "cashondelivery": "cash_on_delivery",
    "purchaseorder": "invoice",
    "manual": "manual",
}
_WITHIN = (
    ("cash on delivery", "cash_on_delivery"),
    ("cash_on_delivery", "cash_on_delivery"),
    ("cashondelivery", "cash_on_delivery"),
    ("(cod)", "cash_on_delivery"),
    ("nachnahme", "cash_on_delivery"),
    ("bank deposit", "bank_transfer"),
    ("bank transfer", "bank_transfer"),
    ("bank_transfer", "bank_transfer"),
    ("banktransfer", "bank_transfer"),
    ("wire transfer", "bank_transfer"),
    ("bankwire", "bank_transfer"),
    ("überweisung", "bank_transfer"),
    ("vorkasse", "bank_transfer"),
    ("prepayment", "bank_transfer"),
    ("sepa", "bank_transfer"),
    ("money order", "cheque"),
    ("cheque", "cheque"),
    ("check payment", "cheque"),
    ("invoice", "invoice"),
    ("rechnung", "invoice"),
    ("purchase_order", "invoice"),
    ("purchase order", "invoice"),
    ("gift", "gift_card"),
    ("installments", "pay_later"),
    ("klarna", "pay_later"),
    ("afterpay", "pay_later"),
    ("clearpay", "pay_later"),
    ("affirm", "pay_later"),
    ("sezzle", "pay_later"),
    ("ppcp-card", "card"),
    ("ppcp-credit-card", "card"),
    ("paypal", "paypal"),
    ("ppcp", "paypal"),
    ("apple_pay", "wallet"),
    ("applepay", "wallet"),
    ("google_pay", "wallet"),
    ("googlepay", "wallet"),
    ("amazon", "wallet"),
    ("shop_pay", "wallet"),
    ("stripe_cc", "card"),
    ("authorize_net", "card"),
    ("authorizenet", "card"),
    ("braintree", "card"),
    ("creditcard", "card"),
    ("credit card", "card"),
    ("credit_card", "card"),
)


def method(name: str) -> str:
    """One of the words of `PaymentPart.method` where it can be told, else the name itself."""
    handle = name.strip().lower()
    if handle in _METHODS:
        return _METHODS[handle]
    return next((word for part, word in _WITHIN if part in handle), name.strip())


def payment(name: str | None, title: str | None = None) -> tuple[PaymentPart, ...]:
    """The one payment that an order names; none where it names none. A handle is for machines: the
    title is what a merchant wrote, with capitals or blanks."""
    if not name:
        return ()
    shown = title or (name if name != name.lower() else None)
    return (PaymentPart(method=method(name), title=shown),)
