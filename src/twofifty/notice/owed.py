"""What else is owed once an order was confirmed: a pure function of what the customer was told and
of the order as it stands.

order, compared with what was told                       owed, once for ever by
cancelled                                                cancellation, of what was told last
what is bought, where it goes, what it costs             update, of what was told last
nothing but a later delivery                             delay, of what was told last
nothing but more money that went back                    refund, of what was told last
a parcel that left                                       shipment, of the parcel
a parcel expected later than told                        delay, of the parcel and its new window
a parcel that arrived                                    delivery, of the parcel
the last one of several                                  delivery, of all of them

A mail that tells the whole (confirmation, update, cancellation, refund, a delay of the whole) is
what the next one is compared with, so that several edits are one mail, an edit that was taken back
is none, and at most one of them waits at a time. An update waits for a quiet while; the rest does
not.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec

from twofifty.notice.lifecycle import LEFT
from twofifty.notice.model import Kind, Status
from twofifty.notice.recipient import unusable
from twofifty.order.difference import Difference, difference, told, windows
from twofifty.order.model import Order, Parcel, Window
from twofifty.order.parcel import arrived, left, stage

ALL: Final = "all"
"""The `facts` of the one delivery notice that tells that every parcel arrived."""

TELLERS: Final[frozenset[Kind]] = frozenset(
    {"confirmation", "update", "cancellation", "refund", "delay"}
)
"""Kinds whose mails may tell the whole order; a delay does so where its facts name no parcel."""

TOO_OLD: Final = "too_old"
REFUSED: Final = "refused_recipient"
"""Why a message failed whose address is at fault."""

_PARCEL: Final = "parcel:"
_LATE: Final = "parcel@"
_WITH_WINDOWS: Final = ("confirmation", "update")


class Said(msgspec.Struct, frozen=True):
    """A message that left, or may have left: its id, kind and facts, and the order that it said."""

    message_id: str
    kind: Kind
    facts: str
    order: Order


class Pending(msgspec.Struct, frozen=True):
    """A message of a follow-up that has not left. `since`: when it was made; `composed`: its bytes
    are frozen; `resent`: a person asked for just this copy; `code`: why it is held."""

    message_id: str
    kind: Kind
    facts: str
    status: Status
    recipient: str
    since: datetime
    composed: bool = False
    resent: bool = False
    by_hand: bool = False
    code: str | None = None


class Story(msgspec.Struct, frozen=True):
    """What a customer was told of one order, oldest first; what is still to leave; and which
    notices (kind, facts) have had a message that was not merely superseded. `then`: the order as it
    stood when news became too old to be told, where that is later than what was told.
    `corrected`: where its mails go instead of to the order's e-mail, which failed: the customer
    said so."""

    said: tuple[Said, ...] = ()
    pending: tuple[Pending, ...] = ()
    known: frozenset[tuple[str, str]] = frozenset()
    then: Order | None = None
    corrected: str | None = None

    def last(self) -> Said | None:
        """The last mail that told the whole order."""
        return next((one for one in reversed(self.said) if tells_all(one.kind, one.facts)), None)


class Due(msgspec.Struct, frozen=True):
    """A follow-up that is owed. `quiet`: it waits for a while without news. `code`, `reason`: it is
    held for a person because of them."""

    kind: Kind
    facts: str
    recipient: str
    quiet: bool = False
    code: str | None = None
    reason: str | None = None


class Terms(msgspec.Struct, frozen=True):
    """On what terms follow-ups are owed. `kinds`: those that the shop sends. `oldest`: news from
    before it is held, not mailed. `quiet`: how long an update waits without news, and `most` how
    long at most."""

    kinds: frozenset[Kind] = frozenset()
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    oldest: datetime | None = None
    quiet: timedelta = timedelta(minutes=5)
    most: timedelta = timedelta(minutes=30)


NO_FOLLOW_UPS: Final = Terms()
"""Nothing follows a confirmation."""

FOLLOW_UPS: Final[frozenset[Kind]] = frozenset(
    {"update", "cancellation", "refund", "shipment", "delay", "delivery"}
)


def tells_all(kind: Kind, facts: str) -> bool:
    """Whether a mail told the whole order as it stood."""
    return kind in TELLERS and not facts.startswith((_PARCEL, _LATE))


def parcel_of(facts: str) -> str:
    """The parcel that a notice is about; `all`, or empty for none."""
    if facts.startswith((_PARCEL, _LATE)):
        return facts.partition(":")[2]
    return ALL if facts == ALL else ""


def owed(order: Order, story: Story, terms: Terms) -> tuple[Due, ...]:
    """What is owed beside the confirmation; nothing before that may have left."""
    last = story.last()
    email = story.corrected or (order.customer.email or "").strip()
    if last is None or unusable(email) is not None:
        return ()
    found = [*_whole(order, story, last, terms.kinds), *_of_parcels(order, story)]
    due = [
        Due(kind, facts, email, quiet=kind == "update")
        for kind, facts in found
        if kind in terms.kinds
    ]
    return tuple(_guarded(one, order, terms.oldest) for one in due)


def _guarded(due: Due, order: Order, oldest: datetime | None) -> Due:
    if oldest is None or order.updated_at is None or order.updated_at >= oldest:
        return due
    reason = f"the order changed {order.updated_at.isoformat()}, which is too long ago"
    return msgspec.structs.replace(due, code=TOO_OLD, reason=reason)


def _whole(
    order: Order, story: Story, last: Said, kinds: frozenset[Kind]
) -> Iterator[tuple[Kind, str]]:
    """At most one mail tells the whole: the weightiest that the shop sends."""
    before = story.then or last.order
    is_cancelled = order.state.cancelled_at is not None
    candidates = _of_cancelled(order, before) if is_cancelled else _of_open(order, before)
    for kind in itertools.islice((one for one in candidates if one in kinds), 1):
        yield kind, last.message_id


def _of_cancelled(order: Order, before: Order) -> Iterator[Kind]:
    if before.state.cancelled_at is None:
        yield "cancellation"
    if _refunded_more(order, before):
        yield "refund"


def _of_open(order: Order, before: Order) -> Iterator[Kind]:
    change = told(difference(before, order))
    more, reopened = _refunded_more(order, before), before.state.cancelled_at is not None
    later = only_later(change, before, order)
    if reopened or (change and (more or not later)):
        yield "update"
    if more:
        yield "refund"
    if later:
        yield "delay"


def only_later(change: Difference, before: Order, after: Order) -> bool:
    """Whether nothing changed but that the goods come later."""
    if change.lines or [field.name for field in change.fields] != ["shipping"]:
        return False
    is_same = _ways(before) == _ways(after)
    return is_same and _later(_latest(before.shipping), _latest(after.shipping))


def _ways(order: Order) -> list[tuple[str | None, str | None]]:
    """How an order travels, whenever that is."""
    return [(way.title, way.carrier) for way in order.shipping]


def _latest(ways: Sequence[object]) -> str:
    ends = [_end(getattr(way, "estimate", None)) for way in ways]
    return max(ends, default="")


def _end(window: Window | None) -> str:
    return (window.latest or window.earliest or "")[:10] if window is not None else ""


def _later(before: str, after: str) -> bool:
    """Of ISO 8601 dates; a time of the day makes no delay."""
    return bool(before and after) and after > before


def _refunded_more(order: Order, before: Order) -> bool:
    known = {refund.id for refund in before.refunds}
    is_new = any(refund.amount > 0 and refund.id not in known for refund in order.refunds)
    return is_new or _refunded(order) > _refunded(before)


def _refunded(order: Order) -> Decimal:
    return order.totals.refunded or Decimal(0)


def _of_parcels(order: Order, story: Story) -> Iterator[tuple[Kind, str]]:
    old = _old_news(story)
    silent = {parcel.id for parcel in old if left(parcel)}
    for parcel in order.parcels:
        if _is_under_way(parcel) and parcel.id not in silent:
            yield "shipment", _PARCEL + parcel.id
        if facts := _delay(parcel, story):
            yield "delay", facts
    yield from _deliveries(order, old, story)


def _old_news(story: Story) -> list[Parcel]:
    """The parcels that the first mail told of, and those whose news is too old to be told."""
    then = story.then.parcels if story.then is not None else ()
    return [*story.said[0].order.parcels, *then]


def _is_under_way(parcel: Parcel) -> bool:
    return left(parcel) and not _is_there(parcel)


def _is_there(parcel: Parcel) -> bool:
    return stage(parcel) == "delivered"


def _deliveries(order: Order, old: Sequence[Parcel], story: Story) -> Iterator[tuple[Kind, str]]:
    before = {parcel.id for parcel in filter(_is_there, old)}
    there = [one for one in filter(_is_there, order.parcels) if one.id not in before]
    if ("delivery", ALL) not in story.known and there and arrived(order):
        yield "delivery", ALL
        return
    together = _told_together(story)
    for parcel in there:
        if parcel.id not in together:
            yield "delivery", _PARCEL + parcel.id


def _told_together(story: Story) -> set[str]:
    """The parcels of which one mail told that all of them arrived."""
    alls = [said.order for said in story.said if said.facts == ALL]
    return {parcel.id for order in alls for parcel in order.parcels}


def _delay(parcel: Parcel, story: Story) -> str:
    """The facts of a delay that the customer does not know of; empty for none."""
    if stage(parcel) in ("delivered", "returned", "pending", "cancelled"):
        return ""
    told_of = [said.order for said in story.said if _tells_of(said, parcel)]
    told_of += [story.then] if story.then is not None else []
    promised, now = _promised(parcel, told_of), _end(parcel.estimate)
    if _later(promised, now):
        return f"{_LATE}{now}:{parcel.id}"
    known = any(_is_delayed(parcel.id, one) for one in told_of)
    return f"{_LATE}:{parcel.id}" if stage(parcel) == "delayed" and not known else ""


def _tells_of(said: Said, parcel: Parcel) -> bool:
    """Whether a mail said when the parcel comes."""
    return said.kind in _WITH_WINDOWS or parcel_of(said.facts) == parcel.id


def _promised(parcel: Parcel, told_of: Sequence[Order]) -> str:
    """When the customer expects the parcel, by the last mail that said so."""
    for order in reversed(told_of):
        stated = _estimates(parcel.id, order) or windows(order)
        if stated:
            return max(map(_end, stated))
    return ""


def _estimates(parcel_id: str, order: Order) -> list[Window]:
    return [one.estimate for one in order.parcels if one.id == parcel_id and one.estimate]


def _is_delayed(parcel_id: str, order: Order) -> bool:
    return any(one.id == parcel_id and stage(one) == "delayed" for one in order.parcels)


class Open(msgspec.Struct, frozen=True):
    """A follow-up to be made, due at `run_at`."""

    due: Due
    run_at: datetime
    by_hand: bool = False

    @property
    def status(self) -> Literal["held", "scheduled", "queued"]:
        """How it begins: with a person, waiting for quiet, or on its way."""
        if self.due.code is not None and not self.by_hand:
            return "held"
        return "scheduled" if self.due.quiet else "queued"


class Put(msgspec.Struct, frozen=True):
    """One that waits leaves at `run_at`."""

    message_id: str
    run_at: datetime


class Drop(msgspec.Struct, frozen=True):
    """One that waits is superseded."""

    message_id: str
    reason: str


Step = Open | Put | Drop


def steps(due: Sequence[Due], story: Story, terms: Terms) -> tuple[Step, ...]:
    """From what is owed and what waits already to what changes. A notice that once left, failed or
    was cancelled is not made again."""
    wanted = {(one.kind, one.facts): one for one in due}
    found: list[Step] = []
    for waiting in story.pending:
        one = wanted.pop((waiting.kind, waiting.facts), None)
        if not waiting.resent:
            found += _kept(waiting, one, terms)
    for key, one in wanted.items():
        if key not in story.known:
            found.append(Open(one, _when(one, terms.now, terms)))
    return tuple(found)


def _kept(waiting: Pending, due: Due | None, terms: Terms) -> list[Step]:
    if due is None:
        return [Drop(waiting.message_id, "what it would have told is so no more")]
    run_at = _when(due, waiting.since, terms)
    if waiting.composed or due.recipient.lower() != waiting.recipient.lower():
        drop = Drop(waiting.message_id, "the order changed before it left")
        return [drop, Open(due, run_at, waiting.by_hand)]
    outlived = waiting.code == TOO_OLD and due.code is None
    return [] if waiting.status == "held" and not outlived else [Put(waiting.message_id, run_at)]


def _when(due: Due, since: datetime, terms: Terms) -> datetime:
    if not due.quiet:
        return terms.now
    return min(terms.now + terms.quiet, max(terms.now, since + terms.most))


def left_already(status: Status, *, dotted: bool) -> bool:
    """Whether a message left, or may have left."""
    return status in LEFT or (status == "sending" and dotted)
