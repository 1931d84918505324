"""What people and programs see of orders and messages. Times are aware, UTC."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

import msgspec

from twofifty.notice.model import Kind, Status

T = TypeVar("T")


class MessageView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message. `reason` says in words why it stands where it stands, `code` in one word.
    `route` took it. `reached_by`: the channel that reached the customer with what it says.
    `engagement`: when first `opened`, `clicked`, `complained`, `unsubscribed`."""

    id: str
    kind: Kind
    status: Status
    channel: str
    recipient: str
    source: str
    order_id: str
    created_at: datetime
    updated_at: datetime
    order_number: str | None = None
    subject: str | None = None
    code: str | None = None
    reason: str | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    message_id: str | None = None
    template: str | None = None
    size: int | None = None
    route: str | None = None
    reached_by: str | None = None
    engagement: dict[str, datetime] = {}


class OrderView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One order in a list. `plan` is the state of its confirmation in one word (`owe`, `hold`,
    `fail`, `wait`, `absent`), with `reason`."""

    source: str
    id: str
    currency: str
    total: str
    received_at: datetime
    updated_at: datetime
    plan: str
    messages: tuple[MessageView, ...]
    number: str | None = None
    customer: str | None = None
    email: str | None = None
    placed_at: datetime | None = None
    payment: str | None = None
    code: str | None = None
    reason: str | None = None
    difference: str | None = None


class Moment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened. `what`: `event.applied`, `event.stale`, `event.duplicate`,
    `event.conflict`, `event.rejected`, `message.queued`, `message.sent`, ... `text` for people."""

    at: datetime
    what: str
    text: str
    event_id: str | None = None
    message_id: str | None = None
    status: Status | None = None
    code: int | None = None
    enhanced: str | None = None
    attempt: int | None = None
    cause: str | None = None


class EventView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One arrival at the door, as it was kept. `again`: the arrival with which this one, unusable
    when it came, was read after all."""

    id: str
    source: str
    topic: str
    outcome: str
    received_at: datetime
    repeats: int = 0
    reason: str | None = None
    order_id: str | None = None
    again: str | None = None


class Page(msgspec.Struct, frozen=True):
    """How much of a list: `limit` 1-200, `before` the cursor that the last page ended with."""

    limit: int = 50
    before: int | None = None


class OrderQuery(msgspec.Struct, frozen=True):
    """Which orders: `text` is a number (its `#` may be left out), an id or an e-mail address; if it
    is none that is known, part of a number, an e-mail address or a name, case aside."""

    text: str | None = None
    source: str | None = None
    page: Page = Page()


class MessageQuery(msgspec.Struct, frozen=True):
    """Which messages; every given field must match. `order`: an order's id or number."""

    order: str | None = None
    recipient: str | None = None
    status: Status | None = None
    kind: Kind | None = None
    page: Page = Page()
    channel: str | None = None
    code: str | None = None


class Listing(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list; `next` is the cursor of the next page or None. A page may hold less than
    was asked for, and still have a next one: it looks through so much of the history only."""

    items: tuple[T, ...]
    next: int | None = None


class Conservation(msgspec.Struct, frozen=True):
    """The conservation law, counted: every event has an outcome, every order a confirmation or a
    stated reason, every message exactly one state. `violations`: in words, what does not hold."""

    events: dict[str, int]
    orders: dict[str, int]
    messages: dict[str, int]
    violations: tuple[str, ...] = ()


class Tally(msgspec.Struct, frozen=True):
    """How what came in and what went out balance.

    `confirmed`: orders with a confirmation that a server took. `unexplained`: orders that should
    have a confirmation, or a reason for none, and have neither; `doubled`: orders with more than
    one live confirmation, copies that a person asked for aside; of both up to 20 as (source, id).
    `waiting_oldest`: when the oldest arrival came that still waits.
    """

    orders: int
    by_plan: dict[str, int]
    confirmed: int
    events: int
    by_outcome: dict[str, int]
    unexplained: tuple[tuple[str, str], ...] = ()
    unexplained_count: int = 0
    doubled: tuple[tuple[str, str], ...] = ()
    doubled_count: int = 0
    waiting_oldest: datetime | None = None
    work_without_job: int = 0
    job_without_work: int = 0


Scope = Literal["all", "service", "marketing"]
"""What a suppression blocks: everything; all but receipts; marketing only."""


class Suppression(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An address that is not written to. `cause`: `hard_bounce`, `soft_bounces`, `complaint`,
    `unsubscribed`, `by_hand`, `imported`. `until`: when it is tried again by itself."""

    address: str
    scope: Scope
    cause: str
    at: datetime
    channel: str = "email"
    until: datetime | None = None
    text: str = ""
    actor: str = ""


class TaskView(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Something that a person should look at. `kind`: `address` (mail to it came back; `suggestion`
    is the address that was perhaps meant)."""

    id: str
    kind: str
    at: datetime
    source: str
    order_id: str
    message_id: str
    address: str
    order_number: str | None = None
    suggestion: str | None = None
    done_at: datetime | None = None
    how: str | None = None


class Taken(msgspec.Struct, frozen=True):
    """What became of a batch of news: kept and new; known already; about no message of ours; moved
    messages; addresses suppressed and freed by it."""

    kept: int = 0
    known: int = 0
    strange: int = 0
    moved: int = 0
    suppressed: int = 0
    freed: int = 0


class Silence(msgspec.Struct, frozen=True):
    """How long nothing was heard: messages sent since the last feedback, when the first of those
    was sent, and when the last feedback came."""

    sent: int
    since: datetime | None = None
    last: datetime | None = None


class Refusal(msgspec.Struct, frozen=True):
    """Why an action on a message cannot be done now."""

    status: int
    reason: str
