"""The XML export of orders (schema `http://www.demandware.com/xml/impex/order/2006-10-31`) as
documents that SCAPI would have.

Without document types, entities of its own and anything from outside; bounded like JSON is:

    400   not XML, or not UTF-8
    413   over 1 MiB
    422   a document type, nested deeper than 32, more than 20,000 elements

Amounts stand three times, `net-price`, `tax` and `gross-price`: `taxation` says which one counts.
An export has no time of change.
"""

from collections.abc import Iterator
from xml.parsers import expat

from twofifty.adapters.salesforce_commerce.named import camel
from twofifty.errors import BadInput, Problem
from twofifty.intake import loose, place, strict
from twofifty.intake.node import Node

_MOST_ELEMENTS = 20_000
_LINE = {
    "productId": "productId",
    "productName": "productName",
    "itemText": "lineitemText",
    "quantity": "quantity",
    "basePrice": "basePrice",
    "tax": "tax",
    "shipmentId": "shipmentId",
    "giftMessage": "giftMessage",
    "optionId": "optionId",
}
_ADJUSTED = {"itemText": "lineitemText", "promotionId": "promotionId", "couponCode": "couponId"}


class _Builder:
    """Takes what the parser meets: an element is a list of its children's names and values."""

    def __init__(self) -> None:
        self.open: list[list[tuple[str, object]]] = [[]]
        self.text = ""
        self.met = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.met += 1
        if len(self.open) > place.MAX_DEPTH:
            raise _outrage(f"nested deeper than {place.MAX_DEPTH} levels; send it flatter")
        if self.met > _MOST_ELEMENTS:
            raise _outrage(f"more than {_MOST_ELEMENTS:,} elements; send fewer")
        self.open.append([*attributes.items()])
        self.text = ""

    def end(self, name: str) -> None:
        inside = self.open.pop()
        leaf = not any(isinstance(value, list | dict) or each != "unit" for each, value in inside)
        self.open[-1].append((name, self.text.strip() if leaf else _grouped(inside)))
        self.text = ""

    def data(self, said: str) -> None:
        self.text += said

    def doctype(self, *_: object) -> None:
        raise _outrage("leave out the document type")


def tree(body: bytes) -> object:
    """`{"data": [order...]}`. Raises BadInput as above."""
    strict.checked_size(len(body))
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as fault:
        problem = Problem("body", f"line {fault.lineno}: {expat.ErrorString(fault.code)}")
        raise BadInput(400, "the body is not XML", (problem,)) from None
    found = Node(camel(_grouped(builder.open[0])))
    return {"data": [order(each) for each in _many(found, "orders.order|order")]}


def _outrage(message: str) -> BadInput:
    return BadInput(422, "the XML cannot be used", (Problem("body", message),))


def _grouped(children: list[tuple[str, object]]) -> dict[str, object]:
    """An object; what stands there several times is a list."""
    found: dict[str, object] = {}
    for name, value in children:
        if name not in found:
            found[name] = value
        elif isinstance(before := found[name], list):
            before.append(value)
        else:
            found[name] = [before, value]
    return found


def _many(node: Node, path: str) -> list[Node]:
    """One or several."""
    found = node.raw(path)
    return [Node(found)] if isinstance(found, dict) else [Node(each) for each in loose.items(found)]


def order(x: Node) -> dict[str, object]:
    """One order as SCAPI would have it, from names in SCAPI's form."""
    price = "netPrice" if (x.text("taxation") or "").lower() == "net" else "grossPrice"
    totals, status = x.at("totals"), x.at("status")
    return {
        **loose.mapping(x.value),
        "status": (status.text("orderStatus") or "").lower(),
        "customerInfo": {
            "email": x.raw("customer.customerEmail"),
            "customerName": x.raw("customer.customerName"),
            "customerNo": x.raw("customer.customerNo"),
        },
        "billingAddress": x.raw("customer.billingAddress|billingAddress"),
        "creationDate": x.raw("orderDate"),
        **{
            name: status.raw(name)
            for name in ("paymentStatus", "shippingStatus", "confirmationStatus")
        },
        "productItems": list(_lines(x, "productLineitems.productLineitem", price)),
        "giftCertificateItems": list(_gifts(x, price)),
        "orderPriceAdjustments": list(_adjustments(totals.at("merchandizeTotal"), price)),
        "shipments": [_shipment(each, price) for each in _many(x, "shipments.shipment")],
        "paymentInstruments": [_payment(each) for each in _many(x, "payments.payment")],
        "productTotal": totals.raw(f"adjustedMerchandizeTotal.{price}|merchandizeTotal.{price}"),
        "shippingTotal": totals.raw(f"adjustedShippingTotal.{price}|shippingTotal.{price}"),
        "taxTotal": totals.raw("orderTotal.tax"),
        "orderTotal": totals.raw("orderTotal.grossPrice"),
    }


def _lines(x: Node, path: str, price: str) -> Iterator[dict[str, object]]:
    for each in _many(x, path):
        yield {
            **{name: each.raw(own) for name, own in _LINE.items()},
            "itemId": each.raw("position"),
            "quantity": each.raw("quantity.value|quantity._|quantity.&txt|quantity.#text|quantity"),
            "price": each.raw(price),
            "priceAdjustments": list(_adjustments(each, price)),
            "optionItems": list(_lines(each, "optionLineitems.optionLineitem", price)),
            "bundledProductItems": list(
                _lines(each, "bundledProductLineitems.bundledProductLineitem", price)
            ),
        }


def _gifts(x: Node, price: str) -> Iterator[dict[str, object]]:
    for each in _many(x, "giftcertificateLineitems.giftcertificateLineitem"):
        yield {**loose.mapping(each.value), "amount": each.raw(price)}


def _adjustments(x: Node, price: str) -> Iterator[dict[str, object]]:
    for each in _many(x, "priceAdjustments.priceAdjustment"):
        yield {**{name: each.raw(own) for name, own in _ADJUSTED.items()}, "price": each.raw(price)}


def _shipment(x: Node, price: str) -> dict[str, object]:
    return {
        "shipmentId": x.raw("shipmentId"),
        "shippingStatus": x.raw("status.shippingStatus"),
        "trackingNumber": x.raw("trackingNumber"),
        "shippingMethod": {"id": x.raw("shippingMethod")},
        "shippingAddress": x.raw("shippingAddress"),
        "shippingTotal": x.raw(
            f"totals.adjustedShippingTotal.{price}|totals.shippingTotal.{price}"
        ),
    }


def _payment(x: Node) -> dict[str, object]:
    card, gift = x.at("creditCard"), "giftCertificate" in x
    known = "CREDIT_CARD" if card else "GIFT_CERTIFICATE" if gift else None
    return {
        "paymentMethodId": known or x.raw("customMethod.methodName|processorId"),
        "paymentCard": {
            "cardType": card.raw("cardType"),
            "numberLastDigits": (card.text("cardNumber") or "")[-4:],
        },
        "amount": x.raw("amount"),
        "paymentInstrumentId": x.raw("transactionId"),
    }
