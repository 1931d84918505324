"""What intake needs from the outside: sources that know a shop, a ledger that forgets nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from twofifty.notice.policy import Decision
from twofifty.order.events import Ignored, OrderEvent
from twofifty.order.model import Order


class Hook(msgspec.Struct, frozen=True):
    """A webhook as it came: header names in lower case, the body's raw bytes."""

    headers: Mapping[str, str]
    body: bytes


class Stated(msgspec.Struct, frozen=True):
    """What the configuration says where a payload does not: the source's `name` becomes
    `order.source`; `locale` and `time_zone` fill what the payload leaves open ('' = unset)."""

    name: str
    locale: str = ""
    time_zone: str = ""


class Source(Protocol):
    """One kind of shop. Pure: no clock, no network."""

    def verified(self, hook: Hook, secrets: tuple[str, ...]) -> bool:
        """Whether the signature over the raw bytes was made with one of `secrets`, compared in
        constant time. A missing or malformed signature is False, never an exception."""
        ...

    def event_id(self, hook: Hook) -> str | None:
        """The platform's own id of this event, the same on every retry; None: it has none."""
        ...

    def topic(self, hook: Hook) -> str:
        """The platform's name of what happened (`orders/create`), for the record."""
        ...

    def read(self, hook: Hook, stated: Stated) -> tuple[OrderEvent, ...] | Ignored:
        """The canonical events in the hook, or why there are none.

        Raises BadInput: 400 not JSON, 422 understood but unusable, each with `Problem`s.
        """
        ...


class Planned(msgspec.Struct, frozen=True):
    """One order of an arrival, encoded once, with what the policy says is owed.

    `facts`: SHA-256 of what the order says apart from `revision` and `updated_at`.
    """

    order: Order
    encoded: bytes
    facts: bytes
    decision: Decision
    difference: str = "0"


class Arrival(msgspec.Struct, frozen=True):
    """Everything that one request puts on disk in one transaction.

    `key`: `id:...` the source's event id or the caller's Idempotency-Key, else `sha256:...` of
    the body. `strict`: a changed order under an equal stated revision is a conflict (API), not
    news (webhooks). `rejected`: understood but unusable; kept and listed, nothing is planned.
    """

    source: str
    key: str
    digest: bytes
    topic: str
    received_at: datetime
    body: bytes
    planned: tuple[Planned, ...] = ()
    strict: bool = False
    rejected: str | None = None
    ignored: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """What the ledger did with an arrival. `messages`: ids of the order's live messages.
    `conflict`: the key or revision was used before with other content; the arrival is kept."""

    event_id: str
    duplicate: bool = False
    conflict: str | None = None
    order_id: str | None = None
    messages: tuple[str, ...] = ()
    outcome: str = ""


class Ledger(Protocol):
    """The durable intake of a store."""

    async def accept(self, arrival: Arrival) -> Receipt:
        """Returns once everything of `arrival` is on disk (fsync), in one transaction.

        Raises StoreFull (nothing kept) or StoreBroken (the process must end).
        """
        ...
