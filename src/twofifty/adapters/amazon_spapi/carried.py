"""What carries a notification on from Amazon's queue, or a document from its API: records of SQS,
events of EventBridge, messages of SNS, envelopes and lists, also one in another."""

from collections.abc import Iterator

from twofifty.intake import strict
from twofifty.intake.node import Node

_CARRIED = "Message|Body|body"
_LISTS = ("Records", "Messages", "records", "messages", "orders", "Orders")
_INSIDE = ("detail", "payload", "order", "data", "result")
_MOST_LEVELS = 6


def unwrapped(node: Node, levels: int = _MOST_LEVELS) -> Iterator[Node]:
    """What was sent, out of whatever carried it. Raises BadInput for a message that is no JSON."""
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
    for name in _INSIDE:
        if isinstance(node.raw(name), dict) and not node.raw("NotificationType|notificationType"):
            return [node.at(name)]
    carried = node.raw(_CARRIED)
    if isinstance(carried, str) and carried.lstrip().startswith(("{", "[")):
        return [Node(strict.tree(carried.encode("utf-8", "replace")))]
    return [node.at(_CARRIED)] if isinstance(carried, dict) else []
