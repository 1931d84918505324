"""How the items of a VTEX order are shipped: a way of shipping for each group of them that goes
together, and the parcels, which in VTEX are invoices with a tracking number."""

from collections.abc import Iterator
from datetime import UTC

from twofifty.adapters.vtex.country import alpha2
from twofifty.adapters.vtex.lines import line_ids
from twofifty.adapters.vtex.money import cents
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.words import words
from twofifty.order.model import Address, Parcel, ParcelLine, Refund, Shipping, Window

_LOGISTICS = "shippingData.logisticsInfo"
_PACKAGES = "packageAttachment.packages"
_ADDRESS = {
    "name": "receiverName",
    "line1": "street+number",
    "line2": "complement",
    "city": "city|neighborhood",
    "region": "state",
    "postal_code": "postalCode",
}
_Group = tuple[str, str | None, Window | None]


def shipping(node: Node) -> tuple[Shipping, ...]:
    """The ways that were chosen, each with what its items cost to ship before discounts, as the
    order's own totals say it. Raises Unreadable."""
    groups: dict[_Group, list[Node]] = {}
    for each in node.each(_LOGISTICS):
        title = words(each.raw("pickupStoreInfo.friendlyName|selectedSla|deliveryChannel"))
        if title:
            carrier = each.text("deliveryCompany|deliveryIds.0.courierName")
            groups.setdefault((title, carrier, _window(each)), []).append(each)
    return tuple(
        Shipping(
            title=title,
            carrier=carrier,
            amount=loose.total([cents(each, "price") for each in members]),
            estimate=window,
        )
        for (title, carrier, window), members in groups.items()
    )


def estimates(node: Node) -> str | None:
    """Estimates in business or calendar days (`25bd`, `7d`), for the shop: without a day to count
    from and a calendar of holidays they say no date."""
    said = {each.text("shippingEstimate") for each in node.each(_LOGISTICS)}
    return " ".join(sorted(filter(None, said))) or None


def _window(each: Node) -> Window | None:
    """The window that the customer chose, else the day that VTEX promised."""
    ends = [each.moment(f"deliveryWindow.{name}", UTC) for name in ("startDateUtc", "endDateUtc")]
    if ends[0] is None and ends[1] is None:
        ends[1] = each.moment("shippingEstimateDate", UTC)
    earliest, latest = (found.isoformat() if found else None for found in ends)
    return Window(earliest=earliest, latest=latest) if earliest or latest else None


def address(node: Node, path: str) -> Address | None:
    """A postal address. VTEX writes countries in three letters (ISO 3166-1 alpha-3)."""
    place = {name: each.value for name, each in node.pairs(path)}
    place["country"] = alpha2(node.text(f"{path}.country"))
    return Node(place).address("", {**_ADDRESS, "country": "country"})


def parcels(node: Node) -> Iterator[Parcel]:
    """Invoices that say how they travel; one that does not is not on its way yet."""
    ids = line_ids(node)
    for at, each in enumerate(node.each(_PACKAGES)):
        if _returned(each) or each.raw("trackingNumber|trackingUrl|courier") is None:
            continue
        status = each.text("courierStatus.status")
        yield Parcel(
            id=each.key("invoiceNumber|trackingNumber") or str(at + 1),
            carrier=each.text("courier"),
            tracking_number=each.text("trackingNumber"),
            tracking_url=each.url("trackingUrl"),
            lines=tuple(_sent(each, ids)),
            status="delivered" if each.true("courierStatus.finished") else _known(status),
        )


def _known(status: str | None) -> str | None:
    return status.lower() if status and status.lower() != "unknown" else None


def _sent(package: Node, ids: list[str]) -> Iterator[ParcelLine]:
    """The items by their index, which VTEX leaves out where it is nought."""
    for each in package.each("items"):
        at = each.count("itemIndex") or 0
        if at < len(ids) and each.raw("quantity"):
            yield ParcelLine(line_id=ids[at], quantity=each.quantity("quantity"))


def invoiced(node: Node) -> bool:
    """Whether some of the order has been invoiced, which in VTEX means shipped."""
    return any(not _returned(each) for each in node.each(_PACKAGES))


def refunds(node: Node) -> Iterator[Refund]:
    """Invoices of goods that came in again: VTEX gives their value back."""
    for at, each in enumerate(node.each(_PACKAGES)):
        amount = cents(each, "invoiceValue") if _returned(each) else None
        if amount:
            identity = each.key("invoiceNumber") or str(at + 1)
            yield Refund(id=identity, amount=amount, at=each.moment("issuanceDate", UTC))


def _returned(package: Node) -> bool:
    return (package.text("type") or "").lower() == "input"
