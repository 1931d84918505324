"""What a report means for our messages, as the news that every channel of feedback brings. Pure."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from twofifty.track.bounce.report import Class, Recipient, Report
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType

_TYPES: Final[Mapping[Class, FeedbackType]] = {
    "hard": "bounced",
    "soft": "bounced",
    "message": "bounced",
    "complaint": "complained",
    "auto_reply": "autoresponded",
    "delivered": "delivered",
}
_BOUNCES: Final[Mapping[Class, BounceClass]] = {
    "hard": "hard",
    "soft": "soft",
    "message": "message",
}
_NO_COMPLAINT: Final = ("auth-failure", "not-spam", "dmarc", "opt-in")
"""Feedback reports that blame nobody: a DMARC check failed, or it was no spam after all."""


def feedback(report: Report) -> tuple[Feedback, ...]:
    """A piece of news for each recipient; none for ordinary mail and for reports that blame nobody.

    A delay is `deferred`: the server goes on trying, and nothing is counted against the address.
    The same mail makes the same `event_id` again, whatever its line ends.
    """
    if report.feedback_type in _NO_COMPLAINT:
        return ()
    return tuple(_one(report, one) for one in report.recipients if one.cls in _TYPES)


def _one(report: Report, one: Recipient) -> Feedback:
    kind = "deferred" if one.action == "delayed" else _TYPES[one.cls]
    return Feedback(
        type=kind,
        recipient=one.address,
        message_id=report.original.message_id,
        own_id=report.original.own_id,
        at=report.reported_at or report.arrived_at,
        bounce=_BOUNCES.get(one.cls) if kind == "bounced" else None,
        event_id=_event_id(report, one),
        code=one.code,
        enhanced=one.status or None,
        text=one.diagnostic,
        machine=one.cls == "auto_reply",
    )


def _event_id(report: Report, one: Recipient) -> str:
    return sha256(f"{report.fingerprint}\0{one.address.lower()}".encode()).hexdigest()[:32]
