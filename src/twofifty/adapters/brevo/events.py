"""Brevo's transactional webhooks (https://developers.brevo.com/docs/transactional-webhooks), one
event a request, or a batch of them. Sendinblue is Brevo's old name.

Requests are not signed: a user and a password in the URL, a bearer token, or a header. There is no
id of an event, and `id` is the webhook's.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from twofifty.adapters.entries import SHARED_SECRET, EntryReader, address, message_id, own_id
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_Said = tuple[FeedbackType, RejectReason | None]

_TYPES: dict[str, _Said] = {
    "request": ("queued", None),
    "sent": ("queued", None),
    "delivered": ("delivered", None),
    "deferred": ("deferred", None),
    "hard_bounce": ("bounced", "bounced"),
    "hardbounce": ("bounced", "bounced"),
    "soft_bounce": ("bounced", "bounced"),
    "softbounce": ("bounced", "bounced"),
    "blocked": ("rejected", "blocked"),
    "invalid_email": ("bounced", "invalid"),
    "invalid": ("bounced", "invalid"),
    "error": ("failed", None),
    "opened": ("opened", None),
    "unique_opened": ("opened", None),
    "uniqueopened": ("opened", None),
    "first_opening": ("opened", None),
    "proxy_open": ("opened", None),
    "unique_proxy_open": ("opened", None),
    "loaded_by_proxy": ("opened", None),
    "click": ("clicked", None),
    "clicked": ("clicked", None),
    "complaint": ("complained", "spam"),
    "spam": ("complained", "spam"),
    "unsubscribe": ("unsubscribed", None),
    "unsubscribed": ("unsubscribed", None),
    "list_addition": ("subscribed", None),
    "inboundemailprocessed": ("inbound", None),
}
_CLASSES: dict[str, BounceClass] = {"soft_bounce": "soft", "softbounce": "soft"}
_ZONES = timedelta(minutes=15)


class BrevoEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "brevo"
    field: ClassVar[str] = "event"
    batch: ClassVar[str] = "events|items"
    signature: Scheme = SHARED_SECRET

    def news(self, entry: Node) -> Iterable[Feedback]:
        said = (entry.text("event") or "").lower()
        kind, reason = _TYPES.get(said, ("unknown", None))
        return (
            Feedback(
                type=kind,
                recipient=address(entry.raw("email")),
                message_id=message_id(entry.raw("message-id|message_id|messageId")),
                at=_at(entry),
                reject_reason=reason,
                bounce=_CLASSES.get(said, "hard"),
                own_id=own_id(*map(entry.raw, ("X-Mailin-custom", "tags", "tag", "message-id"))),
                text=entry.text("reason") or "",
                machine="proxy" in said,
                url=entry.url("link|url"),
            ),
        )


def _at(entry: Node) -> datetime | None:
    """`ts_event`; some accounts write it, but not `ts_epoch`, in their own time zone."""
    stated, exact = entry.seconds("ts_event|ts"), entry.seconds("ts_epoch")
    if stated is None or exact is None:
        return stated or exact
    return exact if abs(exact - stated) >= _ZONES else stated
