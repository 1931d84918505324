"""What goes in and out of the API, beyond the views of `track.model`. Pure."""

from typing import Annotated, Literal

import msgspec

from twofifty.errors import Problem
from twofifty.flow.audit import Balance
from twofifty.flow.board import SourceState
from twofifty.notice.model import Kind, Status
from twofifty.order.events import EventType
from twofifty.order.model import Order
from twofifty.track.model import OrderView

__all__ = ["Balance", "SourceState"]

Limit = Annotated[int, msgspec.Meta(ge=1, le=200, description="how many at most")]
Cursor = Annotated[int, msgspec.Meta(ge=0)]
Words = Annotated[str, msgspec.Meta(max_length=500)]
Outcome = Literal["applied", "unchanged", "stale", "conflict", "waiting", "rejected", "ignored"]

Way = Literal["email", "sms", "push", "webhook"]

Plan = Literal["owe", "hold", "fail", "wait", "absent"]


def _meaning(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class OrdersQuery(msgspec.Struct, frozen=True):
    """`GET /v1/orders`."""

    q: Annotated[Words | None, _meaning("part of a number, id, e-mail or name, case aside")] = None
    source: Annotated[Words | None, _meaning("the source's name")] = None
    limit: Limit = 50
    before: Annotated[Cursor | None, _meaning("`next` of the page before")] = None


class MessagesQuery(msgspec.Struct, frozen=True):
    """`GET /v1/messages`: every given field must match."""

    order: Annotated[Words | None, _meaning("an order's id or number")] = None
    recipient: Annotated[Words | None, _meaning("an e-mail address")] = None
    status: Annotated[Status | None, _meaning("where the message stands")] = None
    kind: Annotated[Kind | None, _meaning("what the message is")] = None
    channel: Annotated[Way | None, _meaning("by what it goes")] = None
    code: Annotated[Words | None, _meaning("why it stands where it stands, in one word")] = None
    limit: Limit = 50
    before: Annotated[Cursor | None, _meaning("`next` of the page before")] = None


class EventsQuery(msgspec.Struct, frozen=True):
    """`GET /v1/events`."""

    outcome: Annotated[Outcome | None, _meaning("what became of the arrival")] = None
    limit: Limit = 50
    before: Annotated[Cursor | None, _meaning("`next` of the page before")] = None


class Resend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`to`: another address; absent, the recipient of before."""

    to: str | None = None


class Commit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`files`: the whole pack, the text of each file by its name."""

    files: dict[str, str]
    note: Words = ""


class Promote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`source`: empty for all; `share`: of a hundred mails; `force`: also what is judged unfit."""

    source: Words = ""
    share: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100
    note: Words = ""
    force: bool = False


class Rollback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`source`: empty for all."""

    source: Words = ""
    note: Words = ""


class OrderDetail(OrderView, frozen=True, kw_only=True):
    """An order as in lists, with its canonical form under `order`."""

    order: Order


class Accepted(msgspec.Struct, frozen=True, omit_defaults=True):
    """On disk. `duplicate`: it had come before and changed nothing. `messages`: ids of the
    order's live messages. `plan`, `code`, `reason`: what is owed for the order, and why."""

    event_id: str
    duplicate: bool
    messages: tuple[str, ...]
    outcome: str
    order_id: str | None = None
    plan: Plan | None = None
    code: str | None = None
    reason: str | None = None
    warnings: tuple[Problem, ...] = ()


class Posted(msgspec.Struct, frozen=True):
    """One canonical event: what happened, and the order's truth after it."""

    type: EventType
    order: Order


class Hooked(Accepted, frozen=True, omit_defaults=True):
    """A webhook's answer. `ignored`: understood, and no news of an order."""

    ignored: str | None = None


class Alive(msgspec.Struct, frozen=True):
    """`alive`, or `failing` with 503."""

    status: Literal["alive", "failing"]


class Ready(msgspec.Struct, frozen=True):
    """Every check with its result in words."""

    ready: bool
    checks: dict[str, str]
