"""An order of Magento 1's REST API with the names that Magento 2 has.

https://devdocs-openmage.org/guides/m1x/api/rest/Resources/Orders/sales_orders.html
"""

from twofifty.intake.node import Node

_NAMES = {"items": "order_items", "status_histories": "order_comments"}


def as_second(node: Node) -> Node:
    """The order as Magento 2 would send it; anything else as it is."""
    if "order_items" not in node:
        return node
    named = {name: node.raw(old) for name, old in _NAMES.items()}
    payment = {"method": node.raw("payment_method"), "amount_ordered": node.raw("grand_total")}
    fields = {name: each.value for name, each in node.pairs("")}
    return Node({**fields, **named, "payment": payment})
