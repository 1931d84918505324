"""An order of the Orders API v0 with the names that it has in 2026-01-01.

https://developer-docs.amazon.com/sp-api/docs/orders-api-migration-guide says which is which. An
order's items are a document of their own in v0; `shop.py` lays them beside it as `OrderItems`.
"""

import re

from twofifty.intake.node import Node

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CHANNELS = {"AFN": "AMAZON", "MFN": "MERCHANT"}
_ORDER = {
    "orderId": "AmazonOrderId",
    "createdTime": "PurchaseDate",
    "lastUpdatedTime": "LastUpdateDate",
    "salesChannel.marketplaceId": "MarketplaceId",
    "salesChannel.marketplaceName": "SalesChannel",
    "buyer.buyerName": "BuyerInfo.BuyerName|BuyerName",
    "buyer.buyerEmail": "BuyerInfo.BuyerEmail|BuyerEmail",
    "proceeds.grandTotal.amount": "OrderTotal.Amount",
    "proceeds.grandTotal.currencyCode": "OrderTotal.CurrencyCode",
    "fulfillment.shipByWindow.earliestDateTime": "EarliestShipDate",
    "fulfillment.shipByWindow.latestDateTime": "LatestShipDate",
    "fulfillment.deliverByWindow.earliestDateTime": "EarliestDeliveryDate",
    "fulfillment.deliverByWindow.latestDateTime": "LatestDeliveryDate",
    "recipient.deliveryAddress.name": "ShippingAddress.Name",
    "recipient.deliveryAddress.companyName": "ShippingAddress.CompanyName",
    "recipient.deliveryAddress.addressLine1": "ShippingAddress.AddressLine1",
    "recipient.deliveryAddress.addressLine2": "ShippingAddress.AddressLine2",
    "recipient.deliveryAddress.addressLine3": "ShippingAddress.AddressLine3",
    "recipient.deliveryAddress.city": "ShippingAddress.City",
    "recipient.deliveryAddress.districtOrCounty": "ShippingAddress.County|ShippingAddress.District",
    "recipient.deliveryAddress.stateOrRegion": "ShippingAddress.StateOrRegion",
    "recipient.deliveryAddress.municipality": "ShippingAddress.Municipality",
    "recipient.deliveryAddress.postalCode": "ShippingAddress.PostalCode",
    "recipient.deliveryAddress.countryCode": "ShippingAddress.CountryCode",
    "recipient.deliveryAddress.phone": "ShippingAddress.Phone",
    "financialEvents": "financialEvents",
}
_ITEM = {
    "orderItemId": "OrderItemId",
    "quantityOrdered": "QuantityOrdered",
    "product.asin": "ASIN",
    "product.title": "Title",
    "product.sellerSku": "SellerSKU",
    "fulfillment.shipping.scheduledDeliveryWindow.earliestDateTime": "ScheduledDeliveryStartDate",
    "fulfillment.shipping.scheduledDeliveryWindow.latestDateTime": "ScheduledDeliveryEndDate",
}
_PRICES = {
    "ITEM": "ItemPrice.Amount",
    "SHIPPING": "ShippingPrice.Amount",
    "GIFT_WRAP": "BuyerInfo.GiftWrapPrice.Amount|GiftWrapPrice.Amount",
    "COD_FEE": "CODFee.Amount",
}
_DETAILS = {
    "TAX": {
        "ITEM": "ItemTax.Amount",
        "SHIPPING": "ShippingTax.Amount",
        "GIFT_WRAP": "BuyerInfo.GiftWrapTax.Amount|GiftWrapTax.Amount",
        "DISCOUNT": "PromotionDiscountTax.Amount",
        "SHIPPING_DISCOUNT": "ShippingDiscountTax.Amount",
    },
    "DISCOUNT": {
        "ITEM": "PromotionDiscount.Amount",
        "SHIPPING": "ShippingDiscount.Amount",
        "COD_FEE": "CODFeeDiscount.Amount",
    },
}


def as_current(node: Node) -> Node:
    """The order as 2026-01-01 would send it."""
    order = _moved(node, _ORDER)
    fulfillment = _below(order, "fulfillment")
    fulfillment["fulfillmentStatus"] = _spelt(node, "OrderStatus")
    fulfillment["fulfilledBy"] = _CHANNELS.get(node.text("FulfillmentChannel") or "")
    fulfillment["fulfillmentServiceLevel"] = _spelt(node, "ShipmentServiceLevelCategory")
    if (node.text("SalesChannel") or "").lower().startswith("non-amazon"):
        _below(order, "salesChannel")["channelName"] = "NON_AMAZON"
    order["payment"] = {"paymentExecutions": _payments(node)}
    order["associatedOrders"] = [{"orderId": node.raw("ReplacedOrderId")}]
    order["orderItems"] = [_item(each) for each in node.each("OrderItems|orderItems|items")]
    return Node(order)


def _moved(node: Node, names: dict[str, str]) -> dict[str, object]:
    """The values at `names`' paths, each at the path that is its key."""
    found: dict[str, object] = {}
    for target, path in names.items():
        *way, last = target.split(".")
        inner = found
        for step in way:
            inner = _below(inner, step)
        inner[last] = node.raw(path)
    return found


def _below(found: dict[str, object], name: str) -> dict[str, object]:
    inner = found.setdefault(name, {})
    return inner if isinstance(inner, dict) else {}


def _spelt(node: Node, path: str) -> str | None:
    """`PartiallyShipped` is PARTIALLY_SHIPPED now."""
    found = node.text(path)
    return _HUMP.sub("_", found).upper() if found else None


def _payments(node: Node) -> list[dict[str, object]]:
    """What was paid with, with amounts where v0 knows them. `Other` and `Standard` say nothing."""
    paid = [
        {
            "paymentMethod": each.raw("PaymentMethod"),
            "paymentAmount": {
                "amount": each.raw("Payment.Amount"),
                "currencyCode": each.raw("Payment.CurrencyCode"),
            },
        }
        for each in node.each("PaymentExecutionDetail")
    ]
    named = [node.text("PaymentMethod"), *node.texts("PaymentMethodDetails")]
    return paid or [
        {"paymentMethod": name} for name in named if name and name not in ("Other", "Standard")
    ]


def _item(item: Node) -> dict[str, object]:
    parts: list[dict[str, object]] = [
        {"type": kind, "subtotal": {"amount": item.raw(path)}} for kind, path in _PRICES.items()
    ]
    parts += [
        {
            "type": kind,
            "detailedBreakdowns": [
                {"subtype": subtype, "value": {"amount": item.raw(path)}}
                for subtype, path in details.items()
            ],
        }
        for kind, details in _DETAILS.items()
    ]
    collected = {"responsibleParty": item.raw("TaxCollection.ResponsibleParty")}
    return _moved(item, _ITEM) | {
        "proceeds": {"breakdowns": parts},
        "tax": {"taxCollections": [collected] if collected["responsibleParty"] else []},
    }
