"""From a decision and what already exists to what changes: a pure function.

Exactly one confirmation per order: a message that left, or may have left, is never joined by a
second one; one that has not left follows the order's facts.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from twofifty.notice.lifecycle import LEFT
from twofifty.notice.model import Status
from twofifty.notice.policy import Absent, Decision, Fail, Hold, Owe, Wait


class Told(msgspec.Struct, frozen=True):
    """A confirmation of an order. `dotted`: its final dot was journalled, so it may have left.
    `composed`: its bytes are frozen. `by_hand`: a person decided on it, so that neither age nor a
    test mark holds it again. `resent`: a person asked for just this copy. `code`: why it waits."""

    message_id: str
    status: Status
    recipient: str
    dotted: bool = False
    composed: bool = False
    by_hand: bool = False
    resent: bool = False
    code: str | None = None


class Create(msgspec.Struct, frozen=True):
    """A new notice with its first message, in `status`."""

    recipient: str
    status: Literal["queued", "held", "failed"]
    code: str | None = None
    reason: str | None = None
    by_hand: bool = False


class Move(msgspec.Struct, frozen=True):
    """The live message changes status."""

    message_id: str
    status: Status
    code: str | None = None
    reason: str | None = None


class Replace(msgspec.Struct, frozen=True):
    """The live message is superseded; `create` follows it."""

    superseded: Move
    create: Create


PARKED = ("poison", "internal_error")

Change = Create | Move | Replace | None


def latest(history: Sequence[Told]) -> Told | None:
    """Which confirmation of an order (oldest first) counts: one that left, else the newest."""
    left = (told for told in reversed(history) if _may_have_left(told))
    return next(left, history[-1] if history else None)


def _may_have_left(told: Told) -> bool:
    return told.status in LEFT or (told.status == "sending" and told.dotted)


def change(told: Told | None, decision: Decision) -> Change:
    """What to do about an order's confirmation after its facts changed. None: leave it.

    A message that a worker is composing right now is withdrawn from it until the dot is
    journalled: the worker finds its lease gone and sends nothing.
    """
    if told is None or told.status == "superseded":
        return _create(decision)
    if told.status in ("failed", "suppressed"):
        return _another_recipient(told, decision)
    if told.resent or told.status == "cancelled" or _may_have_left(told):
        return None
    return _unsent(told, decision)


def _another_recipient(told: Told, decision: Decision) -> Change:
    create = _create(decision)
    return None if create is None or create.recipient == told.recipient else create


def _create(decision: Decision) -> Create | None:
    match decision:
        case Owe(recipient):
            return Create(recipient, "queued")
        case Hold(recipient, code, reason):
            return Create(recipient, "held", code, reason)
        case Fail(recipient, code, reason):
            return Create(recipient, "failed", code, reason)
        case Wait() | Absent():
            return None


def _unsent(told: Told, decision: Decision) -> Change:
    match _as_decided_by_hand(told, decision):
        case Wait(code, reason) | Absent(code, reason):
            return Move(told.message_id, "superseded", code, reason)
        case Owe(recipient) if recipient == told.recipient and not told.composed:
            return _release(told)
        case Hold(recipient, code, reason) if recipient == told.recipient and not told.composed:
            held_so = (told.status, told.code) == ("held", code)
            return None if held_so else Move(told.message_id, "held", code, reason)
        case wanted:
            return _replace(told, wanted)


def _as_decided_by_hand(told: Told, decision: Decision) -> Decision:
    """What a person let pass is neither too old nor a test any more; what was parked because it
    could not be processed waits for a person, whatever the shop says meanwhile."""
    if told.status == "held" and told.code in PARKED and isinstance(decision, Owe):
        return Hold(decision.recipient, told.code or "", "it could not be processed before")
    if told.by_hand and isinstance(decision, Hold) and decision.code in ("test_order", "too_old"):
        return Owe(decision.recipient)
    return decision


def _release(told: Told) -> Change:
    if told.status == "held":
        return Move(told.message_id, "queued", "released", "the reason to hold it is gone")
    if told.status == "sending":
        return Move(told.message_id, "queued", "facts_changed", "the order changed meanwhile")
    return None


def _replace(told: Told, decision: Decision) -> Change:
    create = _create(decision)
    moved = Move(told.message_id, "superseded", "facts_changed", "the order changed before it left")
    if create is None:
        return moved
    return Replace(moved, msgspec.structs.replace(create, by_hand=told.by_hand))
