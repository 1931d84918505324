"""The webservice's XML as the tree that its JSON has.

    <orders><order><id><![CDATA[5]]></id></order></orders>   {"orders": [{"id": "5"}]}
    <name><language id="1">Paid</language></name>            {"name": [{"id": "1", "value": ...}]}
    <order id="5" xlink:href="..."/>                         {"id": "5"}

How strictly it is read, `xml_tree` says.
"""

from twofifty.intake import xml_tree
from twofifty.intake.xml_tree import Element


def tree(body: bytes) -> dict[str, object]:
    """The document. Raises BadInput (see `xml_tree`)."""
    return xml_tree.tree(body, _value)


def _value(element: Element) -> object:
    """What it says: text, a list of things of one name, or an object."""
    number = element.attributes.get("id")
    if not element.children:
        text = element.text.strip()
        if element.name == "language":
            return {"id": number, "value": text}
        return {"id": number} if number and not text else text
    first = element.children[0][0]
    if all(name == first for name, _ in element.children) and _lists(element, first):
        return [value for _, value in element.children]
    return xml_tree.grouped(element.children)


def _lists(element: Element, name: str) -> bool:
    """`order_rows` is a list of `order_row`, `currencies` one of `currency`."""
    plural = element.name != name and element.name.startswith(name[:-1])
    return "nodeType" in element.attributes or name == "language" or plural
