"""What the adapters of platforms that send JSON share: a `Source` but for the reading."""

from collections.abc import Mapping
from typing import ClassVar

from twofifty.errors import BadInput, Problem
from twofifty.intake import loose, strict
from twofifty.intake.node import Node
from twofifty.intake.ports import Hook, Scheme, Source, Stated
from twofifty.order.events import Ignored, News


class Platform:
    """A Source (see `intake.ports`) whose subclass says how it signs, in which headers the topic
    and the event's id stand, and what news a document brings."""

    signature: Scheme
    options: ClassVar[Mapping[str, str]] = {}
    topic_header: ClassVar[str] = ""
    event_header: ClassVar[str] = ""

    def configured(self, options: Mapping[str, object]) -> Source:
        """See `Source.configured`."""
        return self

    def event_id(self, hook: Hook) -> str | None:
        """The header's value; None where it has none: then the content decides."""
        found = hook.headers.get(self.event_header, "").strip()
        return found[:300] or None

    def topic(self, hook: Hook) -> str:
        """The header's value; '' where the body says it itself."""
        return hook.headers.get(self.topic_header, "").strip()[:100]

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """See `Source.read`."""
        document = strict.tree(body)
        return loose.usable(document, lambda: self.news(Node(document), topic, stated))

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        """The news in a decoded document. Raises Unreadable for what is there and cannot be
        understood, BadInput 422 for what is missing."""
        raise NotImplementedError


def no_order(node: Node, topic: str, promised: str) -> Ignored:
    """A document without an order is ignored; but where the topic promised one (it starts with
    `promised`), or it is no object and no list, it raises BadInput 422."""
    if isinstance(node.value, dict | list) and not (topic and topic.startswith(promised)):
        return Ignored("no order in it")
    message = "there is no order in it; is the webhook of this kind, and of this topic?"
    raise BadInput(422, "there is no order in the body", (Problem("body", message),))
