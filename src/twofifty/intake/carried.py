"""JSON inside the texts of an envelope: queues and recorders keep a body as a text, some in base64.

SNS (`Message`), SQS (`body`, `Body`), Pub/Sub (`message.data`), functions behind a gateway (`body`,
in base64 where `isBase64Encoded` says so), and recordings (`response.body`, `content.text`).
"""

import base64
import binascii
from collections.abc import Callable

from twofifty.errors import BadInput
from twofifty.intake import strict
from twofifty.intake.node import Node

# What queues and recorders call what they carry: for `wrapping.opened`, after `unfolded`.
ENVELOPES = (
    *("Records", "Messages", "receivedMessages", "message", "Message", "Sns", "detail", "data"),
    *("body", "Body", "json", "payload", "response", "jsonBody", "result", "results"),
    *("log", "entries", "content", "text", "item"),
)
_TEXTS = frozenset(ENVELOPES)
_MOST_LEVELS = 10


def unfolded(value: object, is_one: Callable[[Node], bool], levels: int = _MOST_LEVELS) -> object:
    """`value` with the JSON in the texts of its envelopes in their place; documents that `is_one`
    knows stay what they are, and so does text that is no JSON."""
    if not levels:
        return value
    if isinstance(value, list):
        return [unfolded(each, is_one, levels - 1) for each in value]
    if not isinstance(value, dict) or is_one(Node(value)):
        return value
    return {
        name: unfolded(_inside(each) if name in _TEXTS else each, is_one, levels - 1)
        for name, each in value.items()
    }


def _inside(value: object) -> object:
    """What a text carries; any other value as it is."""
    if not isinstance(value, str):
        return value
    text = value if value.lstrip().startswith(("{", "[")) else _decoded(value)
    if not text.lstrip().startswith(("{", "[")):
        return value
    try:
        return strict.tree(text.encode("utf-8", "replace"))
    except BadInput:
        return value


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
