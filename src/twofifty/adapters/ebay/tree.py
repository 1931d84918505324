"""The Trading API's XML as a tree, without its namespaces.

    <Total currencyID="USD">6.86</Total>          {"Total": {"value": "6.86", "currency": "USD"}}
    <Order><OrderID>1</OrderID></Order>           {"Order": [{"OrderID": "1"}]}

What an order has several of is always a list. The same documents as JSON, which libraries for the
Trading API make of them, become the same tree: `{"Total": {"_currencyID": "USD", "value": "6.86"}}`
in theirs, and some have a list of every element.
"""

from twofifty.intake import xml_tree
from twofifty.intake.node import Node
from twofifty.intake.xml_tree import Element

_SEVERAL = frozenset(
    "Order Transaction ShipmentTrackingDetails NameValueList Payment Refund TaxDetails".split()
)
# What eBay writes in place of an address or a number that the application may not have.
_UNTOLD = "Invalid Request"


def tree(body: bytes) -> dict[str, object]:
    """The document. Raises BadInput (see `xml_tree`)."""
    return {name: _listed(name, each) for name, each in xml_tree.tree(body, _value).items()}


def is_of_trading(node: Node) -> bool:
    """Whether a document of the Trading API was made JSON of, whole or from its order on."""
    first = next((name for name, _ in node.pairs("")), "")
    return first.endswith("Response") or "OrderArray" in node or "OrderID" in node


def of_json(value: object) -> object:
    """What a library made of a document, as the tree that it was made of."""
    if isinstance(value, list):
        return [of_json(each) for each in value]
    if not isinstance(value, dict):
        return value
    named = {name.lstrip("@_#") or "value": each for name, each in value.items()}
    attributes = named.pop("$", None)
    if isinstance(attributes, dict):
        named |= attributes
    if (currency := named.get("currencyID")) is not None:
        return {"value": named.get("value", named.get("text")), "currency": currency}
    return {name: _listed(name, of_json(each)) for name, each in named.items()}


def _listed(name: str, value: object) -> object:
    if name in _SEVERAL:
        return value if isinstance(value, list) else [value]
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _value(element: Element) -> object:
    if (currency := element.attributes.get("currencyID")) is not None:
        return {"value": element.text.strip(), "currency": currency}
    if not element.children:
        said = element.text.strip()
        return "" if said == _UNTOLD else said
    return xml_tree.grouped(element.children, _SEVERAL)
