"""What carries events of SES: SNS, queues and functions that it feeds, EventBridge."""

from collections.abc import Iterator

from twofifty.adapters.entries import inside
from twofifty.intake.node import Node

_MOST_LEVELS = 8
# Where an envelope keeps what it carries, and its own id.
_ENVELOPES = (
    ("Records", ""),
    ("Messages", ""),
    ("Sns", ""),
    ("body", "messageId"),
    ("Body", "MessageId"),
    ("detail", "id"),
)
_SILENT = ("amazonsnssubscriptionsucceeded",)


def carried(document: object) -> list[Node]:
    """The events in a document, each as `{"event", "id"}`: the id is that of what carried it, and
    the same when it comes again. What carries nothing that is known stands for itself."""
    return [Node(each) for each in _events(document, None, _MOST_LEVELS)]


def _events(value: object, named: str | None, levels: int) -> Iterator[dict[str, object]]:
    if isinstance(value, list) and levels:
        for each in value:
            yield from _events(each, named, levels - 1)
        return
    kind = Node(value).text("eventType|notificationType")
    if kind is None:
        yield from _opened(value, named, levels)
    elif kind.lower() not in _SILENT:
        yield {"event": value, "id": named}


def _opened(value: object, named: str | None, levels: int) -> Iterator[dict[str, object]]:
    held = _held(Node(value)) if levels else None
    if held is None:
        yield {"unknown": value}
        return
    for each, own in held:
        yield from _events(each, own or named, levels - 1)


def _held(node: Node) -> list[tuple[object, str | None]] | None:
    """What an envelope holds, with its id; None where this is none."""
    if "ses" in node:
        return [(_received(node.at("ses")), None)]
    if node.text("Type") is not None and "MessageId" in node:
        return _notified(node)
    found = next(((name, own) for name, own in _ENVELOPES if name in node), None)
    return None if found is None else [(inside(node.raw(found[0])).value, node.text(found[1]))]


def _notified(message: Node) -> list[tuple[object, str | None]]:
    """A message of SNS. A text that is no JSON is a test of the topic; other types ask for the
    subscription to be confirmed, or say that it ended."""
    inner = inside(message.raw("Message")).value
    if message.text("Type") != "Notification" or not isinstance(inner, dict | list):
        return []
    return [(inner, message.text("MessageId"))]


def _received(record: Node) -> dict[str, object]:
    """Mail that came in, as Lambda is told of it."""
    return {
        "notificationType": "Received",
        "receipt": record.raw("receipt"),
        "mail": record.raw("mail"),
    }
