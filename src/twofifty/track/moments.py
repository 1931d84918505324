"""What is kept of an order and its messages, told as moments. Pure."""

from datetime import UTC, datetime

import msgspec

from twofifty.notice.model import Status
from twofifty.track.model import Moment

_EARLIEST, _LATEST = -62_135_596_800.0, 253_402_300_799.0
"""0001-01-01 and 9999-12-31: one odd row must not hide the others."""


class Arrived(msgspec.Struct, frozen=True):
    """What one arrival did to an order. Times are seconds since the epoch."""

    at: float
    outcome: str
    topic: str
    plan: str | None
    code: str | None
    reason: str | None
    event_id: str
    repeats: int = 0
    repeated_at: float | None = None


class Moved(msgspec.Struct, frozen=True):
    """One move of a message; `code` and `enhanced` as of the SMTP reply."""

    at: float
    status: Status
    cause: str
    text: str
    code: int | None
    enhanced: str | None
    attempt: int | None
    message_id: str


PLANS = {
    "owe": "a confirmation is owed",
    "hold": "a confirmation is held",
    "fail": "a confirmation cannot be sent",
    "wait": "no confirmation yet",
    "absent": "no confirmation",
}


def of_arrival(arrived: Arrived) -> list[Moment]:
    """What it did, and that it came again."""
    topic, event_id = arrived.topic, arrived.event_id
    said = f"{topic}: {arrived.outcome}"
    if arrived.outcome == "applied":
        said = f"{topic}: {PLANS.get(arrived.plan or '', arrived.outcome)}"
    moments = [
        Moment(
            at=instant(arrived.at),
            what=f"event.{arrived.outcome}",
            text=f"{said}, {arrived.reason}" if arrived.reason else said,
            event_id=event_id,
            cause=arrived.code,
        )
    ]
    if arrived.repeats and arrived.repeated_at is not None:
        times = "time" if arrived.repeats == 1 else "times"
        again = f"{topic}: came again, {arrived.repeats} more {times}"
        repeated = instant(arrived.repeated_at)
        moments.append(Moment(repeated, "event.duplicate", again, event_id=event_id))
    return moments


_CAUSES = {
    "leased": "an attempt to send it begins",
    "handed_back": "the process that had it was stopped before anything left",
    "lease_expired": "the process that had it ended before anything left",
}


def of_move(moved: Moved) -> Moment:
    """A move with its cause and, for SMTP, the reply."""
    return Moment(
        at=instant(moved.at),
        what=f"message.{moved.status}",
        text=moved.text or _CAUSES.get(moved.cause, moved.cause.replace("_", " ")),
        message_id=moved.message_id,
        status=moved.status,
        code=moved.code,
        enhanced=moved.enhanced,
        attempt=moved.attempt,
        cause=moved.cause,
    )


def in_order(arrivals: list[Arrived], moves: list[Moved]) -> tuple[Moment, ...]:
    """All of it, oldest first; of one instant, what came before what came of it."""
    moments = [moment for arrived in arrivals for moment in of_arrival(arrived)]
    moments += [of_move(moved) for moved in moves]
    return tuple(sorted(moments, key=lambda moment: moment.at))


def instant(seconds: float) -> datetime:
    """Seconds since the epoch as an aware moment, within the years that can be told."""
    return datetime.fromtimestamp(min(max(seconds, _EARLIEST), _LATEST), UTC)
