"""An order of the Trading API with the names that it has in the Fulfillment API.

https://developer.ebay.com/devzone/xml/docs/reference/ebay/types/OrderType.html. Since 2019 an order
has one id in both; where it still has its old one, `ExtendedOrderID` is the other.
"""

import re

from twofifty.intake.node import Node

_CURRENT_ID = re.compile(r"\d{2}-\d{5}-\d{5,8}")
_FREE = {"CancelComplete", "CancelClosedWithRefund", "CancelClosedForCommitment"}
_SHIPPED = "ShippingServiceSelected"
_WINDOW = "TransactionArray.Transaction.0.ShippingServiceSelected.ShippingPackageInfo"


def order_id(order: Node) -> str | None:
    """The order's id as the Fulfillment API knows it, where it is told. Raises Unreadable."""
    found = order.key("OrderID")
    return found if found and _CURRENT_ID.fullmatch(found) else order.key("ExtendedOrderID|OrderID")


def as_fulfillment(order: Node) -> Node:
    """The order as the Fulfillment API would send it."""
    bought = order.each("TransactionArray.Transaction")
    address = order.at("ShippingAddress")
    cancelled = order.text("OrderStatus") == "Cancelled" or order.text("CancelStatus") in _FREE
    buyer = bought[0].at("Buyer") if bought else Node(None)
    return Node(
        {
            "orderId": order_id(order),
            "legacyOrderId": order.raw("OrderID"),
            "creationDate": order.raw("CreatedTime"),
            "lastModifiedDate": order.raw("CheckoutStatus.LastModifiedTime"),
            "orderPaymentStatus": _paid(order),
            "orderFulfillmentStatus": "FULFILLED" if order.text("ShippedTime") else "NOT_STARTED",
            "salesRecordReference": order.raw("ShippingDetails.SellingManagerSalesRecordNumber"),
            "cancelStatus": {"cancelState": "CANCELED" if cancelled else "NONE_REQUESTED"},
            "buyer": {
                "username": order.raw("BuyerUserID"),
                "buyerRegistrationAddress": {
                    "fullName": buyer.text("UserFirstName+UserLastName"),
                    "email": buyer.raw("Email"),
                },
            },
            "pricingSummary": {
                "priceSubtotal": order.raw("Subtotal"),
                "deliveryCost": order.raw(f"{_SHIPPED}.ShippingServiceCost"),
                "adjustment": order.raw("AdjustmentAmount"),
                "tax": order.raw("ShippingDetails.SalesTax.SalesTaxAmount"),
                "total": order.raw("Total"),
            },
            "paymentSummary": {
                "payments": [{"paymentMethod": order.raw("CheckoutStatus.PaymentMethod")}],
                "refunds": [_refund(each) for each in order.each("MonetaryDetails.Refunds.Refund")],
            },
            "fulfillmentStartInstructions": [
                {
                    "minEstimatedDeliveryDate": order.raw(f"{_WINDOW}.EstimatedDeliveryTimeMin"),
                    "maxEstimatedDeliveryDate": order.raw(f"{_WINDOW}.EstimatedDeliveryTimeMax"),
                    "shippingStep": {
                        "shippingServiceCode": order.raw(f"{_SHIPPED}.ShippingService"),
                        "shipTo": _address(address),
                    },
                }
            ],
            "lineItems": [_line(each) for each in bought],
            "fulfillments": [each for place in (order, *bought) for each in _parcels(place)],
            "buyerCheckoutNotes": order.raw("BuyerCheckoutMessage"),
        }
    )


def _paid(order: Node) -> str:
    """What is cancelled with a refund is refunded."""
    if order.text("CancelStatus") == "CancelClosedWithRefund":
        return "FULLY_REFUNDED"
    if order.each("MonetaryDetails.Refunds.Refund"):
        return "PARTIALLY_REFUNDED"
    if order.text("PaidTime"):
        return "PAID"
    return (
        "FAILED"
        if "Failed" in (order.text("CheckoutStatus.eBayPaymentStatus") or "")
        else "PENDING"
    )


def _refund(refund: Node) -> dict[str, object]:
    succeeded = (refund.text("RefundStatus") or "Succeeded") == "Succeeded"
    return {
        "refundId": refund.raw("ReferenceID"),
        "refundDate": refund.raw("RefundTime"),
        "amount": refund.raw("RefundAmount"),
        "refundStatus": "REFUNDED" if succeeded else "PENDING",
    }


def _address(address: Node) -> dict[str, object]:
    return {
        "fullName": address.raw("Name"),
        "addressLine1": address.raw("Street1"),
        "addressLine2": address.raw("Street2"),
        "city": address.raw("CityName"),
        "stateOrProvince": address.raw("StateOrProvince"),
        "postalCode": address.raw("PostalCode"),
        "countryCode": address.raw("Country"),
        "primaryPhone": {"phoneNumber": address.raw("Phone")},
    }


def _line(bought: Node) -> dict[str, object]:
    return {
        "lineItemId": bought.raw("OrderLineItemID|TransactionID"),
        "legacyItemId": bought.raw("Item.ItemID"),
        "sku": bought.raw("Variation.SKU|Item.SKU"),
        "title": bought.raw("Variation.VariationTitle|Item.Title"),
        "quantity": bought.raw("QuantityPurchased"),
        "unitPrice": bought.raw("TransactionPrice"),
        "lineItemCost": _cost(bought),
        "listingMarketplaceId": bought.raw("TransactionSiteID"),
        "taxes": [{"amount": bought.raw("Taxes.TotalTaxAmount")}],
        "ebayCollectAndRemitTaxes": [
            {"amount": bought.raw("eBayCollectAndRemitTaxes.TotalTaxAmount")}
        ],
        "variationAspects": [
            {"name": each.raw("Name"), "value": each.raw("Value")}
            for each in bought.each("Variation.VariationSpecifics.NameValueList")
        ],
    }


def _cost(bought: Node) -> dict[str, object] | None:
    """What all of it costs: Trading tells what one costs, and how many were bought."""
    price = bought.money("TransactionPrice.value|TransactionPrice")
    if price is None:
        return None
    cost = price * bought.quantity("QuantityPurchased")
    return {"value": cost, "currency": bought.raw("TransactionPrice.currency")}


def _parcels(place: Node) -> list[dict[str, object]]:
    return [
        {
            "shipmentTrackingNumber": each.raw("ShipmentTrackingNumber"),
            "shippingCarrierCode": each.raw("ShippingCarrierUsed"),
            "lineItems": [
                {
                    "lineItemId": place.raw("OrderLineItemID"),
                    "quantity": place.raw("QuantityPurchased"),
                }
            ],
        }
        for each in place.each("ShippingDetails.ShipmentTrackingDetails")
    ]
