"""A `Source` that reads kept rows of a change log again, once the mapping is mended."""

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

import msgspec

from twofifty.errors import BadInput, Problem
from twofifty.intake import strict
from twofifty.intake.ports import Hook, Scheme, Stated, Trust
from twofifty.intake.rows.compose import OrderRows, composed
from twofifty.intake.rows.mapping import RowMapping
from twofifty.order.events import EventType, Ignored, News

OPTIONS = {"tables": "which tables and columns an order is made of"}

_TYPES: Mapping[str, EventType] = {word: word for word in get_args(EventType)}


class NoWebhooks:
    """A `Scheme` that trusts nothing: a change log has no webhooks."""

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """False."""
        return False

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """No headers."""
        return {}


class RowSource:
    """The Source of one mapping; see `intake.ports`."""

    signature: Scheme = NoWebhooks()
    options: Mapping[str, str] = OPTIONS

    def __init__(self, mapping: RowMapping) -> None:
        self._mapping = mapping

    def configured(self, options: Mapping[str, object]) -> "RowSource":
        """Itself: the mapping is all its configuration."""
        return self

    def event_id(self, hook: Hook) -> str | None:
        """None: nothing comes by hook."""
        return None

    def topic(self, hook: Hook) -> str:
        """Empty: nothing comes by hook."""
        return ""

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """The order in a document of `OrderRows`. Raises BadInput 400, 413, 422."""
        document = strict.tree(body)
        try:
            rows = msgspec.convert(document, OrderRows)
        except msgspec.ValidationError as fault:
            problem = Problem("body", f"these are no rows of an order: {fault}")
            raise BadInput(422, "the rows cannot be read", (problem,)) from None
        return (composed(self._mapping, rows, stated, _TYPES.get(topic, "order.updated")),)
