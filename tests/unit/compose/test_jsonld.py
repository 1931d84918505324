"""Markup has what Google and Yandex require of it, or there is none."""

import json
from typing import Any

import msgspec
import pytest

from tests.unit.compose.family import FIRST, SECOND, changed, letters, shipped
from tests.unit.compose.orders import BRAND, SEED, german, samples
from tests.unit.compose.reading import Page
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.notice.model import Kind
from twofifty.order.model import Order, Window

COMPOSER = Composer(BRAND)

# developers.google.com/workspace/gmail/markup/reference/types/Order, and what Yandex reads:
# yandex.ru/support/webmaster/en/mail/order
ORDER = (
    "@context",
    "merchant.@type",
    "merchant.name",
    "orderNumber",
    "orderStatus",
    "price",
    "priceCurrency",
    "acceptedOffer.@type",
    "acceptedOffer.itemOffered.@type",
    "acceptedOffer.itemOffered.name",
    "acceptedOffer.eligibleQuantity.value",
)
# developers.google.com/workspace/gmail/markup/reference/types/ParcelDelivery, and its examples
PARCEL = (
    "@context",
    "carrier.@type",
    "carrier.name",
    "deliveryAddress.@type",
    "deliveryAddress.streetAddress",
    "deliveryAddress.addressLocality",
    "deliveryAddress.addressRegion",
    "deliveryAddress.postalCode",
    "deliveryAddress.addressCountry",
    "expectedArrival",
    "expectedArrivalUntil",
    "itemShipped.@type",
    "itemShipped.name",
    "partOfOrder.@type",
    "partOfOrder.orderNumber",
    "partOfOrder.merchant.name",
)
REQUIRED = {"Order": ORDER, "ParcelDelivery": PARCEL}
STATUSES = {"OrderCancelled", "OrderDelivered", "OrderInTransit", "OrderProcessing"}
WITHOUT = {"refund", "agent"}


def node_of(letter: Letter) -> Any:
    mail = COMPOSER.compose(letter, SEED)
    assert mail.degraded == ""
    script = Page(mail.html).script
    return json.loads(script) if script else None


def found(node: Any, path: str) -> list[Any]:
    """All values at a dotted path; a list's are those of its items, an absent one is None."""
    name, _, rest = path.partition(".")
    values = node if isinstance(node, list) else [node]
    inner = [value.get(name) for value in values]
    return [each for value in inner for each in found(value, rest)] if rest else inner


def complete(node: Any) -> bool:
    return all(all(found(node, path)) for path in REQUIRED[node["@type"]])


@pytest.mark.parametrize("name", sorted(letters()))
def test_the_markup_of_every_mail_has_all_that_is_required(name: str) -> None:
    letter = letters()[name]
    node = node_of(letter)
    assert (node is None) == (letter.kind in WITHOUT)
    if node is not None:
        assert complete(node)
        order = node.get("partOfOrder", node)
        assert order["orderStatus"].removeprefix("http://schema.org/") in STATUSES


@pytest.mark.parametrize("kind", ["confirmation", "shipment", "delivery", "delay", "cancellation"])
@pytest.mark.parametrize("name", sorted(samples()))
def test_the_markup_of_every_order_is_complete_or_absent(name: str, kind: Kind) -> None:
    node = node_of(Letter(kind=kind, order=samples()[name]))
    assert node is None or complete(node)


@pytest.mark.parametrize(
    ("name", "type_", "status"),
    [
        ("confirmation", "Order", "OrderProcessing"),
        ("update", "Order", "OrderProcessing"),
        ("cancellation", "Order", "OrderCancelled"),
        ("shipment", "ParcelDelivery", "OrderProcessing"),
        ("delivery_all", "Order", "OrderDelivered"),
    ],
)
def test_the_markup_says_how_the_order_stands(name: str, type_: str, status: str) -> None:
    node = node_of(letters()[name])
    assert node["@type"] == type_
    assert node.get("partOfOrder", node)["orderStatus"] == f"http://schema.org/{status}"


def test_a_parcel_is_marked_up_with_its_number_and_days() -> None:
    node = node_of(letters()["shipment"])
    assert node["trackingNumber"] == "LX123456785IE"
    assert node["trackingUrl"] == FIRST.tracking_url
    assert node["expectedArrivalFrom"] == "2026-11-25T00:00:00+00:00"
    assert node["expectedArrivalUntil"] == "2026-11-26T23:59:59+00:00"
    assert [item["name"] for item in node["itemShipped"]] == ["Merino crew neck sweater"]


@pytest.mark.parametrize("lacking", ["carrier", "region", "window", "lines"])
def test_a_parcel_that_lacks_something_leaves_the_markup_to_its_order(lacking: str) -> None:
    letter = Letter(kind="shipment", order=without(lacking), facts="parcel:p1")
    node = node_of(letter)
    assert node["@type"] == "Order"
    assert complete(node)
    assert node["trackingNumber"] == "LX123456785IE"


def without(part: str) -> Order:
    order = shipped(FIRST, SECOND)
    if part == "region":
        assert order.shipping_address is not None
        home = msgspec.structs.replace(order.shipping_address, region=None)
        return msgspec.structs.replace(order, shipping_address=home)
    if part == "window":
        ways = tuple(msgspec.structs.replace(way, estimate=Window()) for way in order.shipping)
        order = msgspec.structs.replace(order, shipping=ways)
    emptied = {"carrier": ("carrier", None), "window": ("estimate", None), "lines": ("lines", ())}
    name, nothing = emptied[part]
    first = msgspec.structs.replace(FIRST, **{name: nothing})
    return msgspec.structs.replace(order, parcels=(first, SECOND))


def test_an_order_without_lines_has_no_markup() -> None:
    assert (
        node_of(Letter(kind="update", order=msgspec.structs.replace(changed(), lines=()))) is None
    )


def test_a_script_cannot_be_left() -> None:
    title = "</script><script>alert(1)</script><!-- \u2028"
    line = msgspec.structs.replace(german().lines[0], title=title)
    order = msgspec.structs.replace(german(), lines=(line,))
    node = node_of(Letter(kind="confirmation", order=order))
    assert "</script>" in node["acceptedOffer"][0]["itemOffered"]["name"]
