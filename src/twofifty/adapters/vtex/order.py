"""One order of VTEX's Orders API (https://developers.vtex.com/docs/api-reference/orders-api).

A checkout with several sellers becomes an order a seller, of one `orderGroup`. The e-mail address
is VTEX's relay for this order, unless the shop has switched that off. Times without an offset are
UTC. Payment is known by the order's status: what is being handled has been paid for.
"""

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal

from twofifty.adapters.vtex import country
from twofifty.adapters.vtex.lines import lines
from twofifty.adapters.vtex.money import Figures, cents, figures
from twofifty.adapters.vtex.shipping import (
    address,
    estimates,
    invoiced,
    parcels,
    refunds,
    shipping,
)
from twofifty.intake import currency, loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.intake.words import words
from twofifty.order.model import (
    Customer,
    Discount,
    Fee,
    Fulfillment,
    Order,
    Payment,
    PaymentPart,
    Refund,
    State,
    Tax,
    Totals,
)

_UNPAID = (
    "order-created order-completed on-order-completed payment-pending approve-payment "
    "waiting-for-order-authorization waiting-for-mkt-authorization waiting-for-authorization "
    "waiting-ffmt-authorization authorize-fulfillment waiting-for-sellers-confirmation "
    "waiting-for-seller-confirmation waiting-for-seller-decision"
)
_PAID = (
    "payment-approved window-to-cancel waiting-seller-handling order-accepted "
    "order-accepted-by-seller ready-for-handling start-handling handling "
    "waiting-for-fulfillment invoice-after-cancellation-deny invoice invoiced shipped"
)
_PAYMENT: dict[str, Payment] = {
    **dict.fromkeys(_UNPAID.split(), "pending"),
    **dict.fromkeys(_PAID.split(), "paid"),
    "payment-denied": "failed",
    "canceled": "voided",
    "cancelled": "voided",
}
_DRAFT = ("incomplete", "order-create-error", "order-creation-error")
_CANCELLED = ("canceled", "cancelled")
_METHODS = {
    "creditcard": "card",
    "creditcardpayment": "card",
    "debitcard": "card",
    "debitcardpayment": "card",
    "giftcard": "gift_card",
    "giftcardpayment": "gift_card",
    "cashondelivery": "cash_on_delivery",
}
_COUNTRY = (
    "storePreferencesData.countryCode|shippingData.address.country|"
    "shippingData.selectedAddresses.0.country|invoiceData.address.country|"
    "shippingData.logisticsInfo.0.shipsTo.0"
)
_OWN = {
    "sequence": "sequence",
    "sales_channel": "salesChannel",
    "marketplace_order_id": "marketplaceOrderId",
}


def read_order(node: Node, stated: Stated) -> Order:
    """The order. Raises Unreadable."""
    updated, status = node.moment("lastChange", UTC), (node.text("status|state") or "").lower()
    sums, back = figures(node), tuple(refunds(node))
    total = _total(node)
    return Order(
        source=stated.name,
        id=node.needed_key("orderId"),
        number=node.text("orderId"),
        group=node.text("orderGroup"),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("creationDate", UTC),
        updated_at=updated,
        state=State(
            payment=_returned(back, total) or _PAYMENT.get(status),
            fulfillment=_fulfillment(node, status),
            cancelled_at=node.moment("cancellationData.CancellationDate|lastChange", UTC)
            if status in _CANCELLED
            else None,
            draft=status in _DRAFT or node.stated("isCompleted") is False,
        ),
        locale=node.locale("clientPreferencesData.locale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=_currency(node, stated),
        customer=_customer(node),
        shipping_address=address(node, "shippingData.address"),
        billing_address=address(node, "invoiceData.address"),
        lines=lines(node),
        totals=_totals(sums, total, back),
        discounts=tuple(_discounts(node, sums)),
        taxes=(Tax(amount=sums.tax),) if sums.tax else (),
        fees=tuple(Fee(title=title, amount=each) for title, each in sums.others if each > 0),
        shipping=shipping(node),
        payments=tuple(_payments(node)),
        refunds=back,
        parcels=tuple(parcels(node)),
        note=words(node.raw("openTextField.value")),
        attributes=_attributes(node),
    )


def _total(node: Node) -> Decimal:
    return node.needed_money("value").scaleb(-2)


def _currency(node: Node, stated: Stated) -> str:
    """The order's. Those from before 2018 do not say it: then the settings do, else it is that of
    the country which the order goes to. Raises Unreadable."""
    said = node.text("storePreferencesData.currencyCode") or stated.options.get("currency")
    return currency.code(said or country.currency(node.text(_COUNTRY)))


def _returned(back: tuple[Refund, ...], total: Decimal) -> Payment | None:
    amount = loose.total([each.amount for each in back])
    if not amount:
        return None
    return "refunded" if amount >= total else "partially_refunded"


def _fulfillment(node: Node, status: str) -> Fulfillment | None:
    if status == "invoiced":
        return "fulfilled"
    if status not in _PAYMENT or status in _CANCELLED:
        return None
    return "partial" if invoiced(node) else "unfulfilled"


def _customer(node: Node) -> Customer:
    who = node.at("clientProfileData")
    person = who.text("firstName+lastName")
    return Customer(
        id=who.text("userProfileId"),
        name=(who.text("corporateName") or person) if who.true("isCorporate") else person,
        email=who.text("email"),
        phone=who.text("phone|corporatePhone"),
    )


def _totals(sums: Figures, total: Decimal, back: tuple[Refund, ...]) -> Totals:
    """What the order cost less after a change is a discount, what it cost more a fee."""
    less = [-each for _, each in sums.others if each < 0]
    return Totals(
        total=total,
        subtotal=sums.goods,
        discount=loose.total([sums.discount, *less]),
        shipping=sums.shipping,
        fees=loose.total([each for _, each in sums.others if each > 0]),
        tax=sums.tax,
        tax_included=False if sums.tax else None,
        refunded=loose.total([each.amount for each in back]),
    )


def _discounts(node: Node, sums: Figures) -> Iterator[Discount]:
    """All promotions in one amount, which is how VTEX tells it; named where there was one."""
    names = [
        each.text("name") for each in node.each("ratesAndBenefitsData.rateAndBenefitsIdentifiers")
    ]
    if sums.discount:
        yield Discount(
            amount=sums.discount,
            code=node.text("marketingData.coupon"),
            title=names[0] if len(names) == 1 else None,
        )
    for title, amount in sums.others:
        if amount < 0:
            yield Discount(amount=-amount, title=title)


def _payments(node: Node) -> Iterator[PaymentPart]:
    """The payments of transactions that count."""
    for transaction in node.each("paymentData.transactions"):
        for each in transaction.each("payments") if _counts(transaction) else ():
            title, group = each.text("paymentSystemName"), each.text("group") or ""
            if name := title or group:
                yield PaymentPart(
                    method=_METHODS.get(group.lower()) or methods.method(name),
                    title=title,
                    amount=cents(each, "value"),
                    reference=each.key("id"),
                )


def _counts(transaction: Node) -> bool:
    return transaction.stated("isActive") is not False


def _attributes(node: Node) -> dict[str, str]:
    found = {name: node.text(path) for name, path in _OWN.items()}
    sellers = [each.text("name|id") for each in node.each("sellers")]
    found["seller"] = ", ".join(filter(None, sellers))
    found["shipping_estimate"] = estimates(node)
    return {name: value for name, value in found.items() if value}
