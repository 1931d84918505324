"""What else the Selling Partner API sends and answers, and why none of it is an order here."""

from twofifty.intake.node import Node

_NOTIFIED = {
    "FULFILLMENT_ORDER_STATUS": "a shipment for an order of another shop",
    "SHIPMENT_TRACKING_MILESTONE_CHANGED": "a shipment that names no order",
    "TRANSACTION_UPDATE": "what the seller is paid, not what a customer pays",
}
_MARKS = (
    (
        "a purchase order of Amazon's, the customer of which is not this shop's",
        "purchaseOrderNumber ordersStatus",
    ),
    (
        "of shipments for orders of other shops (Multi-Channel Fulfillment)",
        (
            "sellerFulfillmentOrderId fulfillmentOrders fulfillmentOrder fulfillmentPreviews "
            "features lineItems lineItemId offers amazonShipmentId shipmentItemIds serviceLevel "
            "shipmentItemId packaging fulfillmentConfiguration proofOfDelivery"
        ),
    ),
    (
        "a parcel to be handed over",
        "scheduledPackageId scheduledPackages timeSlots packages shippingOptions pickupWindow",
    ),
    (
        "a label, or what one would cost",
        "ShipmentId shipmentId document packageShipLabelList ShippingServiceList serviceRates",
    ),
    ("where a parcel is, of no order that is named", "trackingId tracking"),
    ("goods that are on their way back", "returns returnItems reasonCodeDetails"),
    ("an address", "deliveryAddress mapUrl accessPointsMap"),
    ("stock", "requests uri"),
    ("an error of the API", "errors"),
    ("a list of forms, or of what a form asks for", "collectionFormsHistoryRecordList $schema"),
)


def of_notification(kind: str) -> str:
    """Why a notification of this type brings no news of an order."""
    return _NOTIFIED.get(kind) or f"{kind.lower()[:60]}: no news of an order"


def of_document(node: Node) -> str | None:
    """What a document is by a name that only its kind has; None: it may be an order."""
    if node.text("Type") in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
        return "Amazon SNS asks for a confirmation: open the SubscribeURL in it once"
    marked = (what for what, marks in _MARKS if any(mark in node for mark in marks.split()))
    return next(marked, None)
