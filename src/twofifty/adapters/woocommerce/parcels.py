"""What has left a WooCommerce shop, as plugins and WooCommerce 10 tell it."""

from twofifty.adapters.woocommerce.lines import meta
from twofifty.intake.node import Node
from twofifty.intake.words import words
from twofifty.order.model import Parcel, ParcelLine


def tracked(kept: Node) -> tuple[Parcel, ...]:
    """What the plugins Shipment Tracking and Advanced Shipment Tracking keep of an order."""
    return tuple(
        Parcel(
            id=each.key("tracking_id|tracking_number") or str(at + 1),
            carrier=words(each.raw("custom_tracking_provider|tracking_provider")),
            tracking_number=each.text("tracking_number"),
            tracking_url=each.url("custom_tracking_link|formatted_tracking_link"),
            lines=_items(each.at("products_list")),
        )
        for at, each in enumerate(kept.each())
    )


def fulfilled(fulfillments: list[Node]) -> tuple[Parcel, ...]:
    """Fulfilments, which have an API of their own and are no part of an order's document
    (https://developer.woocommerce.com/docs/apis/rest-api/v3/order-fulfillments/)."""
    return tuple(
        Parcel(
            id=key,
            carrier=told.text("_shipment_provider"),
            tracking_number=told.text("_tracking_number"),
            tracking_url=told.url("_tracking_url"),
            lines=_items(told.at("_items")),
        )
        for each in fulfillments
        if each.true("is_fulfilled") and not each.raw("date_deleted")
        if (key := each.key("id")) and (told := meta(each))
    )


def _items(listed: Node) -> tuple[ParcelLine, ...]:
    return tuple(
        ParcelLine(line_id=line_id, quantity=each.quantity("qty"))
        for each in listed.each()
        if (line_id := each.text("item_id")) and each.raw("qty")
    )
