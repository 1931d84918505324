"""What a queue put around commercetools' notifications, taken off again.

commercetools delivers to queues, and these push to a URL: SNS (`Message`), EventBridge (`detail`),
Pub/Sub (`message.data` in base64), Event Grid (a list) and CloudEvents (`data`); who forwards from
SQS or Service Bus sends records with a `body`.
"""

import base64
import binascii
from collections.abc import Iterator

from twofifty.intake import strict
from twofifty.intake.node import Node

_LISTS = ("Records", "results")
_INSIDE = ("detail", "message", "data", "order", "orders", "me")
_CARRIED = "Message|Body|body"
_MOST_LEVELS = 6


def unwrapped(node: Node, levels: int = _MOST_LEVELS) -> Iterator[Node]:
    """Every notification or document in `node`. Raises BadInput for JSON in it that is none."""
    inner = _inner(node) if levels else []
    for each in inner:
        yield from unwrapped(each, levels - 1)
    if not inner:
        yield node


def _inner(node: Node) -> list[Node]:
    if isinstance(node.value, list):
        return node.each()
    for name in _LISTS:
        if isinstance(node.raw(name), list):
            return node.each(name)
    if _is_itself(node):
        return []
    for name in _INSIDE:
        if isinstance(node.raw(name), dict | list):
            return [node.at(name)]
    return [Node(strict.tree(text.encode("utf-8", "replace")))] if (text := _text(node)) else []


def _is_itself(node: Node) -> bool:
    """A message carries `order` or `data` as its own; so does an order its address's `message`."""
    return bool(node.raw("notificationType|resource|orderState|typeId|totalPrice|payment|action"))


def _text(node: Node) -> str | None:
    """JSON inside a string."""
    text = node.raw(_CARRIED)
    if text is None and isinstance(node.raw("data"), str):
        text = _decoded(str(node.raw("data")))
    return text if isinstance(text, str) and text.lstrip().startswith(("{", "[")) else None


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
