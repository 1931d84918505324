"""schema.org `Order` for mail programs that show orders at a glance.

Fields: https://developers.google.com/workspace/gmail/markup/reference/order
"""

from collections.abc import Sequence
from typing import Final

from twofifty.compose import clean
from twofifty.compose.address import code
from twofifty.compose.reader import Reader
from twofifty.order.model import Address, Line, Order

# Mail programs show a few; the mail must stay below the size at which they cut it off.
MAX_OFFERS: Final = 25
_STATUS: Final = "http://schema.org/OrderProcessing"

Node = dict[str, object]


def order_markup(
    order: Order, reader: Reader, shown: Sequence[tuple[Line, Node]], status_url: str | None
) -> str:
    """The order as JSON-LD, safe inside a `<script>` element; `shown`: lines with their views."""
    totals = order.totals
    node: Node = {
        "@context": "http://schema.org",
        "@type": "Order",
        "merchant": {"@type": "Organization", "name": clean.line(reader.brand.shop_name, 100)},
        "orderNumber": clean.line(order.number or order.id, 60).lstrip("# "),
        "orderStatus": _STATUS,
        "priceCurrency": order.currency,
        "price": f"{totals.total}",
        "acceptedOffer": [_offer(line, said, order.currency) for line, said in shown[:MAX_OFFERS]],
    }
    if order.placed_at is not None:
        node["orderDate"] = order.placed_at.isoformat()
    if totals.discount:
        node["discount"] = f"{totals.discount}"
        node["discountCurrency"] = order.currency
    if order.customer.name:
        node["customer"] = {"@type": "Person", "name": clean.line(order.customer.name, 120)}
    if order.billing_address is not None:
        node["billingAddress"] = _address(order.billing_address)
    if status_url is not None:
        view = {"@type": "ViewAction", "url": status_url, "name": reader.text("view_order")}
        node |= {"url": status_url, "potentialAction": view}
    return clean.jsonld(node)


def _offer(line: Line, said: Node, currency: str) -> Node:
    offer: Node = {
        "@type": "Offer",
        "itemOffered": _product(line, said),
        "eligibleQuantity": {"@type": "QuantitativeValue", "value": f"{line.quantity}"},
    }
    price = line.unit_price if line.unit_price is not None else line.total
    if price is not None:
        offer |= {"price": f"{price}", "priceCurrency": currency}
    return offer


def _product(line: Line, said: Node) -> Node:
    product: Node = {"@type": "Product", "name": clean.cut(str(said["title"]), 150)}
    if line.sku:
        product["sku"] = clean.line(line.sku, 80)
    if said["url"] is not None:
        product["url"] = said["url"]
    if said["image"] is not None:
        product["image"] = said["image"]
    return product


def _address(address: Address) -> Node:
    street = " ".join(clean.line(row, 160) for row in (address.line1, address.line2) if row)
    country = code(address.country) or clean.line(address.country or "", 80)
    stated: Node = {
        "@type": "PostalAddress",
        "name": clean.line(address.name or "", 120),
        "streetAddress": street,
        "addressLocality": clean.line(address.city or "", 120),
        "addressRegion": clean.line(address.region or "", 120),
        "postalCode": clean.line(address.postal_code or "", 40),
        "addressCountry": country,
    }
    return {name: text for name, text in stated.items() if text}
