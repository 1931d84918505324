"""Every shop's and carrier's words for where a parcel is come down to ours."""

from decimal import Decimal

import msgspec
import pytest

from twofifty.order.model import Order, Parcel, ParcelLine
from twofifty.order.parcel import arrived, left, missing, stage
from twofifty.order.specimen import specimen

WORDS = {
    # Shopify: FulfillmentEvent status, shipment_status and fulfilment status
    "label_printed": "pending",
    "label_purchased": "pending",
    "ready_for_pickup": "ready_for_pickup",
    "confirmed": "in_transit",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "attempted_delivery": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "failure": "failed",
    # by the customer, or by the carrier: nobody can tell
    "picked_up": "in_transit",
    "success": "in_transit",
    "cancelled": "cancelled",
    # AfterShip tags
    "InfoReceived": "pending",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AttemptFail": "failed",
    "AvailableForPickup": "ready_for_pickup",
    "Exception": "failed",
    "Expired": "in_transit",
    "Pending": "pending",
    # EasyPost
    "pre_transit": "pending",
    "return_to_sender": "returned",
    "available_for_pickup": "ready_for_pickup",
    "error": "failed",
    "unknown": "in_transit",
    # Square, Spree, Saleor, Shopware, PayPal
    "PROPOSED": "pending",
    "RESERVED": "pending",
    "PREPARED": "pending",
    "COMPLETED": "delivered",
    "shipped": "in_transit",
    "partially_shipped": "in_transit",
    "not shipped": "pending",
    "open": "pending",
    "ON_HOLD": "pending",
    "Undeliverable": "failed",
    "returned": "returned",
    # what carriers write in words: of a delivery speaks everybody, delivered is what says so
    "Delivered": "delivered",
    "Package delivered": "delivered",
    "delivered_to_neighbour": "delivered",
    "Delivery completed": "delivered",
    "Accepted by recipient": "delivered",
    "received": "delivered",
    "Scheduled for delivery": "in_transit",
    "Expected delivery tomorrow": "in_transit",
    "delivering": "in_transit",
    "Arrived at delivery depot": "in_transit",
    "DELIVERED_TO_CARRIER": "in_transit",
    "PartiallyDelivered": "in_transit",
    "Received by carrier": "in_transit",
    "Accepted by local courier": "in_transit",
    "Shipment received at facility": "in_transit",
    "Shipment information received": "pending",
    "Electronic notification received": "pending",
    "Delivery refused": "failed",
    "Unable to deliver": "failed",
    "Delivery unsuccessful": "failed",
    "delivery not completed": "failed",
    "Collected by courier": "in_transit",
    "Awaiting collection": "ready_for_pickup",
    "New York, departed": "in_transit",
}


@pytest.mark.parametrize(("word", "wanted"), WORDS.items())
def test_a_word_of_a_shop_or_carrier_is_understood(word: str, wanted: str) -> None:
    assert stage(Parcel(id="1", status=word)) == wanted


def test_a_parcel_without_a_status_has_left() -> None:
    assert left(Parcel(id="1"))


def held(*parcels: tuple[str, str]) -> Order:
    """The specimen in parcels: each holds one line and has a status."""
    made = tuple(
        Parcel(id=line, status=status, lines=(ParcelLine(line_id=line, quantity=Decimal(1)),))
        for line, status in parcels
    )
    plain = specimen()
    state = msgspec.structs.replace(plain.state, fulfillment=None)
    return msgspec.structs.replace(plain, parcels=made, state=state)


def test_everything_arrived_when_every_line_did() -> None:
    assert not arrived(held(("1", "delivered")))
    assert missing(held(("1", "delivered")))
    assert not arrived(held(("1", "delivered"), ("2", "in_transit")))
    assert arrived(held(("1", "delivered"), ("2", "delivered")))


def test_a_shop_that_says_fulfilled_is_believed() -> None:
    order = held(("1", "delivered"))
    state = msgspec.structs.replace(order.state, fulfillment="fulfilled")
    assert arrived(msgspec.structs.replace(order, state=state))
    state = msgspec.structs.replace(order.state, fulfillment="partial")
    assert not arrived(msgspec.structs.replace(order, state=state))


def test_broken_quantities_add_up_as_they_are_written() -> None:
    """A tenth and seven tenths of a metre are eight tenths."""
    plain = held()
    (first, *_) = plain.lines
    line = msgspec.structs.replace(first, quantity=Decimal("0.8"))
    parts = tuple(
        Parcel(id=part, lines=(ParcelLine(line_id=line.id, quantity=Decimal(part)),))
        for part in ("0.1", "0.7")
    )
    assert not missing(msgspec.structs.replace(plain, lines=(line,), parcels=parts))
    assert missing(msgspec.structs.replace(plain, lines=(line,), parcels=parts[:1]))
