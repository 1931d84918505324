"""By when a customer should be reached with a kind of news, and through which channels. Pure.

A message has reached its customer once there is evidence: that the server took it (`accepted`), or
that it arrived (`delivered`: a DSN or provider event, an open, a click, a complaint). What came
back, was refused, suppressed or given up has not, and the next channel is tried at once; without
any word it is tried when `after` is over.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, Literal

import msgspec

from twofifty.notice.lifecycle import is_unsent
from twofifty.notice.model import Kind, Status
from twofifty.notice.purpose import purpose_of

Evidence = Literal["accepted", "delivered"]

_PROOF: dict[Evidence, frozenset[Status]] = {
    "accepted": frozenset({"sent", "delivered"}),
    "delivered": frozenset({"delivered"}),
}
LOST: frozenset[Status] = frozenset({"bounced", "failed", "suppressed"})
MAIL: Final = "email"
LATE: Final = "late"


class ReachRule(msgspec.Struct, frozen=True):
    """`kind` is to be reached `after` it was owed, by `channels` in their order behind the mail."""

    kind: Kind
    channels: tuple[str, ...]
    after: timedelta = timedelta(hours=1)
    evidence: Evidence = "accepted"


class Unreached(msgspec.Struct, frozen=True):
    """A customer who was not reached: by which message of which order, why it is time (`cause`: a
    status, else `late`), the channels that were tried already, the canonical order, and what would
    prove that the customer was reached after all."""

    seq: int
    message_id: str
    kind: Kind
    facts: str
    source: str
    order_id: str
    created_at: float
    cause: str
    tried: tuple[str, ...]
    order: bytes
    evidence: Evidence = "accepted"


class Sibling(msgspec.Struct, frozen=True):
    """A message that says the same of the same order as another, in whatever channel. `resent`: a
    person asked for just this copy; `dotted`: its final dot left."""

    seq: int
    id: str
    channel: str
    status: Status
    resent: int = 0
    dotted: int = 0


def is_reached(status: Status, evidence: Evidence) -> bool:
    """Whether that status is the evidence that is asked for."""
    return status in _PROOF[evidence]


def is_time(status: Status, evidence: Evidence, due: bool) -> bool:
    """Whether another channel should try now; `due`: the time that the rule gives is over."""
    return status in LOST or (due and not is_reached(status, evidence))


def reached_by(siblings: Iterable[Sibling], evidence: Evidence) -> str | None:
    """The channel by which the customer was reached; None: by none of them."""
    return next((one.channel for one in siblings if is_reached(one.status, evidence)), None)


def is_doubtful(siblings: Iterable[Sibling]) -> bool:
    """Whether one of them may be with the customer though nobody knows: its final dot left, and
    what came of that is not known. No other channel follows a doubt."""
    return any(
        one.status == "in_doubt" or (one.status == "sending" and one.dotted) for one in siblings
    )


def is_replaced(seq: int, siblings: Sequence[Sibling]) -> bool:
    """Whether another message stands in for this one in its channel."""
    channel = next((one.channel for one in siblings if one.seq == seq), None)
    later = (one for one in siblings if one.seq > seq and not one.resent)
    return any(one.channel == channel for one in later)


def needless(siblings: Iterable[Sibling], by: str, kind: Kind) -> tuple[str, ...]:
    """The ids of what need not leave any more once the customer was reached by a channel. A receipt
    by mail is a document: it leaves whatever else was read."""
    is_kept = purpose_of(kind) == "receipt"
    return tuple(
        one.id
        for one in siblings
        if one.channel != by
        and not (is_kept and one.channel == MAIL)
        and not one.resent
        and is_unsent(one.status, dotted=bool(one.dotted))
    )


def is_moot(kind: Kind, *, mailed: bool, owed: bool, cancelled: bool) -> bool:
    """Whether what has not left beside a mail should not leave any more. `mailed`: the mail that it
    stands beside was not withdrawn; `owed`: the order's confirmation still is."""
    if not mailed:
        return True
    if kind == "confirmation":
        return not owed
    return cancelled and kind not in ("cancellation", "refund")


def next_channel(rule: ReachRule, tried: tuple[str, ...]) -> str | None:
    """The first channel of the rule that was not tried."""
    return next((channel for channel in rule.channels if channel not in tried), None)


_WHY: Final[dict[str, str]] = {
    "bounced": "it came back",
    "failed": "it could not be sent",
    "suppressed": "its address is not written to",
    LATE: "there was no word of it in time",
}


def why(one: Unreached, channel: str) -> str:
    """Why another channel tries what a message of `channel` said, for the history."""
    return f"by {channel} ({one.message_id}) the customer was not reached: {_WHY[one.cause]}"
