"""What the HTTP face is given. It decides nothing itself: it asks these and shows the answers."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from twofifty.clock import Clock
from twofifty.errors import BadInput
from twofifty.flow.audit import Balance
from twofifty.flow.board import SourceState
from twofifty.flow.templates import Templates
from twofifty.intake.ports import Hook
from twofifty.queue.carrier import Carrier, CarrierState
from twofifty.track.model import Taken, Tally
from twofifty.track.ports import Archive, Desk
from twofifty.web.care import Care
from twofifty.web.orderpage.pages import OrderPages, closed
from twofifty.web.unsubscribe.leaving import Leaving


class Answer(Protocol):
    """What intake says to a caller, encoded already."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def body(self) -> bytes:
        """JSON, in UTF-8."""
        ...

    @property
    def content_type(self) -> str:
        """`application/json` or `application/problem+json`."""
        ...

    @property
    def retry_after(self) -> int | None:
        """Seconds, with 429 and 503."""
        ...


class Intake(Protocol):
    """The doors. Each raises BadInput and StoreError."""

    def greeted(self, source: str, hook: Hook) -> Answer:
        """What a platform reads at a webhook's address that asks for proof that it is ours."""
        ...

    async def hook(self, source: str, hook: Hook) -> Answer:
        """A shop's own webhook."""
        ...

    async def order(self, body: bytes, idempotency_key: str | None) -> Answer:
        """One canonical order."""
        ...

    async def event(self, body: bytes, idempotency_key: str | None) -> Answer:
        """One canonical event."""
        ...


class Keys(Protocol):
    """Who may use the API."""

    def allows(self, key: str) -> str | None:
        """The name of `key`, or None. Compares in constant time."""
        ...


class OneTime(Protocol):
    """Login links that work once."""

    def redeem(self, token: str) -> bool:
        """Whether `token` was good; it is spent by asking."""
        ...


class Health(Protocol):
    """How the process does."""

    def alive(self) -> bool:
        """False: restart me."""
        ...

    async def ready(self) -> tuple[bool, dict[str, str]]:
        """Whether work can be taken now, and every check's result in words."""
        ...


class Metrics(Protocol):
    """The counters."""

    def render(self) -> bytes:
        """The Prometheus text format, version 0.0.4. No label carries personal data."""
        ...


class Letter(Protocol):
    """One mail that the built-in mailbox took."""

    @property
    def id(self) -> int:
        """Its number, growing."""
        ...

    @property
    def received_at(self) -> float:
        """When the final dot came, in seconds since the epoch."""
        ...

    @property
    def mail_from(self) -> str:
        """The envelope's sender; empty for a bounce."""
        ...

    @property
    def rcpt_to(self) -> tuple[str, ...]:
        """The envelope's recipients."""
        ...

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        ...


class Mailbox(Protocol):
    """The built-in SMTP server's mail, where there is one."""

    async def list(self, limit: int, before: int | None) -> tuple[Letter, ...]:
        """The newest first; `before` is the id that the last page ended with."""
        ...

    async def get(self, letter_id: int) -> tuple[Letter, bytes] | None:
        """One letter and its exact bytes."""
        ...


class Facts(msgspec.Struct, frozen=True):
    """What settings say about this face. `metrics_open`: `/metrics` asks for no key, which is
    right where only this machine can reach it. `key_hint`: where a person finds the API key."""

    base_url: str
    version: str = "0"
    metrics_open: bool = True
    key_hint: str = "the setting TWOFIFTY_API_KEY, or the output of `make run`"


def _never() -> bool:
    return False


class Audits(Protocol):
    """The conservation audit."""

    async def balance(self) -> Balance:
        """The newest balance, or one made now. Raises StoreError."""
        ...


class Feedback(Protocol):
    """Who hears what became of mails."""

    async def events(self, provider: str, hook: Hook) -> Taken:
        """A mail provider's request. Raises BadInput, ShopBusy and StoreError."""
        ...


class Deaf:
    """For a face that no provider reports to."""

    async def events(self, provider: str, hook: Hook) -> Taken:
        """404."""
        raise BadInput(404, f"there is no mail provider {provider!r}")


class Unaudited:
    """For a face without an audit: an empty balance."""

    async def balance(self) -> Balance:
        """Nothing counted."""
        return Balance(_NEVER, Tally(0, {}, 0, 0, {}))


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _no_sources() -> tuple[SourceState, ...]:
    return ()


def _no_broker() -> CarrierState | None:
    return None


def _incident() -> str:
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that `web_app` needs. `session_secret`: 32 bytes or more, signs the console's
    cookies; new ones log everybody out. `changes` grows whenever the store changed. `stopping`
    turns true when the process wants to end, so that open streams let go. `carried`: how `carrier`,
    the broker, was at the last look."""

    archive: Archive
    desk: Desk
    intake: Intake
    keys: Keys
    clock: Clock
    facts: Facts
    health: Health
    metrics: Metrics
    one_time: OneTime
    session_secret: bytes
    changes: Callable[[], int]
    mailbox: Mailbox | None = None
    audits: Audits = field(default_factory=Unaudited)
    sources: Callable[[], tuple[SourceState, ...]] = field(default=_no_sources)
    stopping: Callable[[], bool] = field(default=_never)
    incident: Callable[[], str] = field(default=_incident)
    templates: Templates | None = None
    pages: OrderPages = field(default_factory=closed)
    feedback: Feedback = field(default_factory=Deaf)
    leaving: Leaving | None = None
    care: Care | None = None
    carrier: Carrier | None = None
    carried: Callable[[], CarrierState | None] = field(default=_no_broker)
