"""Twilio's status callbacks (twilio.com/docs/messaging/guides/track-outbound-message-status): a
form a status. Our id stands in the address that the callback was asked for with (`?id=m_...`)."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import msgspec

from twofifty.adapters.entries import EntryReader, own_id
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_Said = tuple[FeedbackType, RejectReason | None, BounceClass | None]

_STATUSES: Mapping[str, FeedbackType] = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "opened",
    "undelivered": "bounced",
    "failed": "failed",
    "canceled": "failed",
}
# twilio.com/docs/api/errors. What is not here may be over soon.
_WHY: Mapping[str, tuple[RejectReason, BounceClass]] = {
    "21211": ("invalid", "hard"),
    "21614": ("invalid", "hard"),
    "30003": ("bounced", "soft"),
    "30004": ("blocked", "hard"),
    "30005": ("invalid", "hard"),
    "30006": ("invalid", "hard"),
    "30007": ("spam", "message"),
    "30034": ("blocked", "message"),
    "30450": ("blocked", "message"),
}
_UNTOLD: tuple[RejectReason, BounceClass] = ("other", "soft")
STOPPED = "21610"
"""They answered STOP: the number works, and nothing is wanted there."""


class TwilioEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "twilio"
    field: ClassVar[str] = "MessageSid"
    signature: Scheme = signature.TwilioForm()

    def read(self, body: bytes, headers: Mapping[str, str]) -> tuple[Feedback, ...]:
        """See `track.feed.Feed.read`; `:path` in the headers is the target of the request."""
        own = own_id(headers.get(":path", ""))
        news = super().read(body, headers)
        return tuple(msgspec.structs.replace(each, own_id=own) for each in news) if own else news

    def news(self, entry: Node) -> Iterable[Feedback]:
        kind, reason, bounce = _said(entry)
        code = entry.text("ErrorCode") or ""
        told = Feedback(
            type=kind,
            recipient=entry.text("To") or "",
            message_id=entry.text("MessageSid"),
            reject_reason=reason,
            bounce=bounce,
            text=f"Twilio says {code}" if code else "",
        )
        return _stopped(told) if reason == "unsubscribed" else (told,)


def _said(entry: Node) -> _Said:
    status = (entry.text("MessageStatus|SmsStatus") or "").lower()
    kind = _STATUSES.get(status, "unknown")
    if kind not in ("bounced", "failed"):
        return kind, None, None
    code = entry.text("ErrorCode") or ""
    if code == STOPPED:
        return "rejected", "unsubscribed", None
    reason, bounce = _WHY.get(code, _UNTOLD)
    return kind, reason, bounce if kind == "bounced" else None


def _stopped(told: Feedback) -> tuple[Feedback, ...]:
    """The message was not sent, and none of its channel is wanted until they say otherwise."""
    wish = msgspec.structs.replace(told, type="unsubscribed", reject_reason=None)
    return told, wish
