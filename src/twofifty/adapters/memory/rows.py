"""The in-memory store's truth: plain values in lists and dictionaries, and the moves over them.

Nothing here awaits, so that every call is a transaction by itself.
"""

from dataclasses import dataclass, field
from datetime import datetime

from twofifty.adapters.memory.heard import Brake, Feedbacks, Place, folded
from twofifty.compose.ports import KeptPack, Publication
from twofifty.deliver.ports import Frozen
from twofifty.errors import StoreError
from twofifty.intake.ports import Arrival, Planned
from twofifty.notice.correction import CORRECTED
from twofifty.notice.lifecycle import may
from twofifty.notice.model import Kind, NoticeKey, Status, message_id
from twofifty.notice.plan import Told
from twofifty.notice.reach import MAIL, Sibling
from twofifty.notice.recipient import is_canary
from twofifty.order.events import Amendment, EventType
from twofifty.track.moments import Arrived, Moved


@dataclass(slots=True)
class EventRow:
    """An arrival, for ever."""

    number: int
    key: str
    arrival: Arrival
    outcome: str
    reason: str | None = None
    order: "OrderRow | None" = None
    repeats: int = 0
    repeated_at: float | None = None
    again: "EventRow | None" = None


@dataclass(slots=True)
class AmendmentRow:
    """News of a part of an order, for ever. `waits`: no order that it is of has come yet."""

    event: EventRow
    news: Amendment
    waits: bool = False


@dataclass(slots=True)
class ErrandRow:
    """An order to be asked for. `asked`: whose events the one who has it answers; `pointers`: those
    that came since; `repeated_at`: when one of them came once more while it was asked for."""

    number: int
    source: str
    order_id: str
    type: EventType
    since: float
    run_at: float
    attempt: int = 0
    taken: bool = False
    asked: list[EventRow] = field(default_factory=list)
    pointers: list[EventRow] = field(default_factory=list)
    repeated_at: float | None = None


@dataclass(slots=True)
class OrderRow:
    """An order as it stands (`planned`) and as the shop said it last of the whole (`said`), what
    each arrival did to it, its messages, and how it stood since when. `said_at` and `revision` are
    of what the shop said."""

    number: int
    planned: Planned
    said: Planned
    revision: int | None
    said_at: datetime | None
    received_at: float
    updated_at: float
    references: set[str] = field(default_factory=set)
    entries: list[tuple[EventRow, Arrived]] = field(default_factory=list)
    messages: list["MessageRow"] = field(default_factory=list)
    states: list[tuple[float, bytes]] = field(default_factory=list)

    @property
    def mails(self) -> list["MessageRow"]:
        """Its messages by mail: what follows is decided by them alone."""
        return [one for one in self.messages if one.channel == MAIL]


@dataclass(slots=True)
class MessageRow:
    """A message; `frozen` never changes once it is there. `said`: the order that it tells. `dots`:
    how often the final dot left. `reach`: see the schema's `messages.reach`."""

    seq: int
    id: str
    order: OrderRow
    kind: Kind
    recipient: str
    status: Status
    created_at: float
    updated_at: float
    by_hand: bool = False
    resent: bool = False
    code: str | None = None
    reason: str | None = None
    attempt: int = 0
    doubts: int = 0
    dot_at: float | None = None
    dot_owner: str | None = None
    sent_at: float | None = None
    frozen: Frozen | None = None
    facts: str = ""
    said: bytes | None = None
    channel: str = MAIL
    route: str | None = None
    taken_as: str = ""
    dots: int = 0
    reach: str | None = None
    reached_by: str | None = None
    history: list[Moved] = field(default_factory=list)

    def root(self) -> "MessageRow":
        """The first mail of the order that may have left before this one, else this one."""
        before = (one for one in self.order.mails if one.seq < self.seq)
        return next((one for one in before if one.may_be_read()), self)

    def may_be_read(self) -> bool:
        """Whether its final dot left, and nobody refused it then."""
        return self.dot_at is not None and self.status != "failed"

    @property
    def corrected(self) -> bool:
        """Whether the customer asked for it."""
        return self.resent and self.history[0].cause == CORRECTED

    @property
    def dotted(self) -> bool:
        """Whether its final dot was journalled."""
        return self.dot_at is not None

    @property
    def composed(self) -> bool:
        """Whether its bytes are frozen."""
        return self.frozen is not None

    def place(self) -> Place:
        """Where it goes."""
        return Place(self.channel, folded(self.recipient), self.id, self.kind)

    def siblings(self) -> "list[MessageRow]":
        """All messages that say the same, itself among them, the oldest first."""
        same = (self.kind, self.facts)
        return [one for one in self.order.messages if (one.kind, one.facts) == same]

    def sibling(self) -> Sibling:
        """The message as its siblings see it."""
        marks = (int(self.resent), int(self.dotted))
        return Sibling(self.seq, self.id, self.channel, self.status, *marks)

    def told(self) -> Told:
        """The message as the plan sees it."""
        marks = (self.dotted, self.composed, self.by_hand, self.resent)
        return Told(self.id, self.status, self.recipient, *marks, self.code)


@dataclass(slots=True)
class JobRow:
    """Work that is left on a message."""

    message: MessageRow
    run_at: float
    since: float
    attempt: int
    owner: str | None = None
    crashes: int = 0
    doubt: bool = False
    published_until: float | None = None


@dataclass(slots=True)
class Draft:
    """A message to be."""

    order: OrderRow
    kind: Kind
    recipient: str
    status: Status
    code: str | None = None
    reason: str | None = None
    by_hand: bool = False
    resent: bool = False
    facts: str = ""
    run_at: float | None = None
    channel: str = MAIL

    def key(self) -> NoticeKey:
        """What makes its notice the same notice."""
        order = self.order.planned.order
        return NoticeKey(
            source=order.source,
            order_id=order.id,
            kind=self.kind,
            recipient=self.recipient.lower(),
            channel=self.channel,
            facts=self.facts,
        )


@dataclass(slots=True)
class Rows:
    """All there is. A store opened over the same rows is the same store."""

    events: list[EventRow] = field(default_factory=list)
    keys: dict[tuple[str, str], EventRow] = field(default_factory=dict)
    orders: dict[tuple[str, str], OrderRow] = field(default_factory=dict)
    messages: dict[str, MessageRow] = field(default_factory=dict)
    copies: dict[str, int] = field(default_factory=dict)
    jobs: dict[int, JobRow] = field(default_factory=dict)
    amendments: list[AmendmentRow] = field(default_factory=list)
    errands: dict[tuple[str, str], ErrandRow] = field(default_factory=dict)
    errands_made: int = 0
    positions: dict[str, str] = field(default_factory=dict)
    workers: dict[str, float] = field(default_factory=dict)
    packs: dict[str, KeptPack] = field(default_factory=dict)
    publications: list[Publication] = field(default_factory=list)
    feedback: Feedbacks = field(default_factory=Feedbacks)
    brake: Brake = field(default_factory=Brake)

    def create(self, draft: Draft, said: tuple[str, str], at: float) -> MessageRow:
        """The next message of a notice, its first entry (`said`: cause and text) and its job."""
        key = draft.key()
        digest = key.digest()
        copy = self.copies.get(digest, -1) + 1
        self.copies[digest] = copy
        message = MessageRow(
            seq=len(self.messages) + 1,
            id=message_id(key, copy),
            order=draft.order,
            kind=draft.kind,
            recipient=draft.recipient,
            status=draft.status,
            created_at=at,
            updated_at=at,
            by_hand=draft.by_hand,
            resent=draft.resent,
            code=draft.code,
            reason=draft.reason,
            facts=draft.facts,
            channel=draft.channel,
            reach="none" if draft.resent or is_canary(draft.recipient) else None,
        )
        self.messages[message.id] = message
        draft.order.messages.append(message)
        record(message, Moved(at, draft.status, *said, None, None, None, message.id))
        if draft.status in ("queued", "scheduled"):
            self.schedule(message, at if draft.run_at is None else draft.run_at)
        return message

    def notice_of(self, message: MessageRow) -> str:
        """The digest of the notice that a message is of."""
        draft = Draft(message.order, message.kind, message.recipient, message.status)
        draft.facts, draft.channel = message.facts, message.channel
        return draft.key().digest()

    def waits(self, event: EventRow) -> bool:
        """Whether anything in an arrival waits still."""
        amending = any(row.waits and row.event is event for row in self.amendments)
        errands = self.errands.values()
        return amending or any(event in (*one.asked, *one.pointers) for one in errands)

    def move(self, message: MessageRow, to: Status, said: tuple[str, str], at: float) -> None:
        """Moves a message, keeps its history and puts or drops its job accordingly.

        Raises StoreError for a move that the lifecycle table does not know.
        """
        if not may(message.status, to):
            raise StoreError(f"message {message.id}: no way from {message.status} to {to}")
        waits = to == "queued"
        message.status, message.updated_at = to, at
        message.code, message.reason = (None, None) if waits else said
        record(message, Moved(at, to, *said, None, None, None, message.id))
        if waits:
            self.schedule(message, at)
        else:
            self.jobs.pop(message.seq, None)

    def schedule(self, message: MessageRow, at: float) -> None:
        """Work on `message` is due at `at`, and nobody has it."""
        known = self.jobs.get(message.seq)
        if known is None:
            self.jobs[message.seq] = JobRow(message, at, at, message.attempt)
        else:
            known.run_at, known.owner, known.published_until = at, None, None


def record(message: MessageRow, moved: Moved) -> None:
    """Appends to a message's history."""
    message.history.append(moved)
