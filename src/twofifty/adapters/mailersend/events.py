"""MailerSend's webhooks (https://developers.mailersend.com/api/v1/webhooks.html), signed with
HMAC-SHA256; one event a request.

The event is `data`: what happened is its `morph`, the mail its `email`. In the lighter payload of
version 2 the same names stand directly in `data`.
"""

from collections.abc import Iterable
from typing import ClassVar

from twofifty.adapters.entries import EntryReader, address, own_id
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_TYPES: dict[str, tuple[FeedbackType, RejectReason | None]] = {
    "activity.queued": ("queued", None),
    "activity.processed": ("queued", None),
    "activity.sent": ("sent", None),
    "activity.delivered": ("delivered", None),
    "activity.deferred": ("deferred", None),
    "activity.soft_bounced": ("bounced", "bounced"),
    "activity.hard_bounced": ("bounced", "bounced"),
    "activity.suppressed": ("rejected", "bounced"),
    "activity.rejected": ("rejected", "other"),
    "activity.failed": ("failed", "other"),
    "activity.opened": ("opened", None),
    "activity.opened_unique": ("opened", None),
    "activity.clicked": ("clicked", None),
    "activity.clicked_unique": ("clicked", None),
    "activity.unsubscribed": ("unsubscribed", None),
    "activity.resubscribed": ("subscribed", None),
    "activity.spam_complaint": ("complained", "spam"),
    "inbound.message": ("inbound", None),
    "inbound_forward.failed": ("inbound_failed", None),
}
_CLASSES: dict[str, BounceClass] = {"activity.soft_bounced": "soft"}
_RECIPIENT = "data.email.recipient.email|data.recipient.email|data.email.recipient|data.recipient"
_MESSAGE = "data.email.message.id|data.message.id|data.message_id|data.email.id|data.email_id"
_SAID = "data.morph.readable_reason|data.morph.reason|data.reason|data.meta.reason|data.message"


class MailerSendEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "mailersend"
    field: ClassVar[str] = "type"
    signature: Scheme = signature.Hashed("signature", form="hex")

    def is_one(self, entry: Node) -> bool:
        return "type" in entry and ("data" in entry or "webhook_id" in entry)

    def news(self, entry: Node) -> Iterable[Feedback]:
        named = (entry.text("type") or "").lower()
        kind, reason = _TYPES.get(named, ("unknown", None))
        said = entry.raw(_SAID)
        return (
            Feedback(
                type=kind,
                recipient=_recipient(entry),
                message_id=entry.text(_MESSAGE),
                at=entry.moment("data.created_at|created_at|data.timestamp"),
                reject_reason=reason,
                bounce=_CLASSES.get(named, "hard"),
                own_id=_own_id(entry),
                event_id=entry.text("data.id") if named.startswith("activity.") else None,
                text=said if isinstance(said, str) else "",
                url=entry.url("data.morph.url|data.url"),
            ),
        )


def _recipient(entry: Node) -> str:
    found = entry.raw(_RECIPIENT)
    return "" if isinstance(found, dict) else address(found)


def _own_id(entry: Node) -> str | None:
    places = ("data.email.tags", "data.tags", "data.email.headers", "data.headers", "data.metadata")
    return own_id(*map(entry.raw, places))
