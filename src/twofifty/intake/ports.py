"""What intake needs from the outside: sources that know a shop, a ledger that forgets nothing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

import msgspec

from twofifty.notice.owed import NO_FOLLOW_UPS, Terms
from twofifty.notice.policy import Decision
from twofifty.order.events import Amendment, EventType, Ignored, News, Pointer
from twofifty.order.model import Order


class Hook(msgspec.Struct, frozen=True):
    """A webhook as it came: header names in lower case, the body's raw bytes, the public URL that
    it was sent to (with its query), and when."""

    headers: Mapping[str, str]
    body: bytes
    url: str = ""
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)


class Trust(msgspec.Struct, frozen=True):
    """What a signature is checked with: the live secrets (newest first), the source's options from
    the settings, and public keys that were fetched, by URL."""

    secrets: tuple[str, ...] = ()
    options: Mapping[str, str] = {}
    keys: Mapping[str, bytes] = {}


class Wanted(msgspec.Struct, frozen=True):
    """A public key or certificate has to be fetched from `url` before it can be said. The scheme
    names only hosts of the platform itself."""

    url: str


class Stated(msgspec.Struct, frozen=True):
    """What the configuration says where a payload does not: the source's `name` becomes
    `order.source`; `locale` and `time_zone` fill what the payload leaves open ('' = unset);
    `options` are the kind's own keys of the source's table."""

    name: str
    locale: str = ""
    time_zone: str = ""
    options: Mapping[str, str] = {}


class Scheme(Protocol):
    """How a platform signs its webhooks. Pure: no clock, no network."""

    def verified(self, hook: Hook, trust: Trust) -> bool | Wanted:
        """Whether the raw bytes were signed with one of the live secrets, compared in constant
        time, and within the platform's time tolerance of `hook.at`. A missing or malformed
        signature is False, never an exception; no secret verifies nothing."""
        ...

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """The headers with which the platform would sign `body`, lower-case names. Raises
        `NotSignable` where only the platform holds the key."""
        ...


class Source(Protocol):
    """One kind of shop. Pure: no clock, no network."""

    @property
    def signature(self) -> Scheme:
        """How its webhooks are signed."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """The kind's own keys in a `[sources.NAME]` table, each with its meaning."""
        ...

    def configured(self, options: Mapping[str, object]) -> "Source":
        """The source with the values of its options; most need only what `Stated` carries and are
        themselves. Raises SettingsError, which names the option."""
        ...

    def event_id(self, hook: Hook) -> str | None:
        """The platform's own id of this event, the same on every retry; None: it has none."""
        ...

    def topic(self, hook: Hook) -> str:
        """The platform's name of what happened (`orders/create`), with whatever else the headers
        say that `read` needs: it is kept with the body, so that it can be read again later."""
        ...

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """The news in the body, or why there is none. `topic` may be empty where it is not known.

        Raises BadInput: 400 not JSON, 422 understood but unusable, each with `Problem`s.
        """
        ...


@runtime_checkable
class Greeting(Protocol):
    """A Source whose platform asks `GET` of a webhook's address before it uses it."""

    def greeted(self, hook: Hook, trust: Trust) -> bytes | None:
        """The body that the platform wants to read, from the parameters of `hook.url`; None where
        it asks for nothing that we can say."""
        ...


class Planned(msgspec.Struct, frozen=True):
    """One order of an arrival, encoded once, with what the policy says is owed.

    `facts`: SHA-256 of what the order says apart from `revision` and `updated_at`. `renew`: the
    decision counts also where the facts are known already, for the rules may have changed.
    `terms`: on which what follows a confirmation is owed.
    """

    order: Order
    encoded: bytes
    facts: bytes
    decision: Decision
    difference: str = "0"
    renew: bool = False
    terms: Terms = NO_FOLLOW_UPS


class Arrival(msgspec.Struct, frozen=True):
    """Everything that one request puts on disk in one transaction.

    `key`: `id:...` the source's event id or the caller's Idempotency-Key, else `sha256:...` of
    the body. `strict`: a changed order under an equal stated revision is a conflict (API), not
    news (webhooks). `rejected`: understood but unusable; kept and listed, nothing is planned.
    `amendments` and `pointers` are the other news that an arrival may bring. `position`: how far
    a change log or a listing has been read once this arrival is on disk ('' = it comes from none).
    `again`: it is read once more by us, which is no repetition of the shop's.
    """

    source: str
    key: str
    digest: bytes
    topic: str
    received_at: datetime
    body: bytes
    planned: tuple[Planned, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    position: str = ""
    strict: bool = False
    again: bool = False
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

        An order keeps the language and the time zone that it had when it was first seen, and one
        whose currency changed is a conflict (`standing.settled`). Amendments are kept and laid over
        the order, now or when it comes; pointers become errands; the position moves on.

        Raises StoreFull (nothing kept) or StoreBroken (the process must end).
        """
        ...


class Errand(msgspec.Struct, frozen=True):
    """An order to be asked for at the shop's API. `since`: when the first pointer to it came."""

    id: int
    source: str
    order_id: str
    type: EventType
    since: datetime
    attempt: int


class Errands(Protocol):
    """Orders that are known to have news and have not been fetched yet."""

    async def due(self, now: datetime, most: int, source: str = "") -> tuple[Errand, ...]:
        """Up to `most` errands whose time has come ('' = of every source), oldest first; they are
        nobody else's for two minutes."""
        ...

    async def sources(self) -> tuple[str, ...]:
        """Whose errands there are."""
        ...

    async def done(self, errand: Errand) -> None:
        """The order was fetched and accepted. A pointer that came after `due` stays due."""
        ...

    async def later(self, errand: Errand, at: datetime, reason: str) -> None:
        """Not now: due again at `at`; `reason` is shown."""
        ...

    async def failed(self, errand: Errand, reason: str) -> None:
        """Given up: its arrival becomes `rejected` with `reason`, to be found and tried again."""
        ...


class Kept(msgspec.Struct, frozen=True):
    """An arrival that could not be used when it came, as it came."""

    event_id: str
    source: str
    key: str
    topic: str
    received_at: datetime
    body: bytes
    reason: str


class KnownOrder(msgspec.Struct, frozen=True):
    """What the store knows of an order, to be compared with what its shop says. `plan` and `reason`
    as decided last; `confirmation`: the status of its confirmation, None where there is none."""

    order_id: str
    total: Decimal
    currency: str
    updated_at: datetime | None
    plan: str
    reason: str | None
    confirmation: str | None


class Books(Protocol):
    """What intake can look up of what it wrote."""

    async def position(self, source: str) -> str:
        """How far the source's change log or listing has been read; '' = never."""
        ...

    async def keep_position(self, source: str, position: str) -> None:
        """Moves the position where nothing else is to be written (an idle change log)."""
        ...

    async def rejected(self, source: str | None, after: str, most: int) -> tuple[Kept, ...]:
        """Arrivals that could not be used and have not been read since, oldest first, after the
        event id `after` ('' = from the first)."""
        ...

    async def known(self, source: str, order_ids: Sequence[str]) -> Mapping[str, KnownOrder]:
        """Those of the orders that the store knows."""
        ...
