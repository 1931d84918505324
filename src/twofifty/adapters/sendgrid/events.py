"""SendGrid's Event Webhook (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/
event): batches, signed with a key of which the public half is the secret here.

`dropped` is SendGrid's own refusal, `bounce` the receiving server's; a bounce of `type` `blocked`
says nothing against the address. A message is called by the id that the API gave it when it was
sent: `sg_message_id` begins with that. The Bounces API's list is read too.
"""

import re
from collections.abc import Iterable
from typing import ClassVar

from twofifty.adapters.entries import EntryReader, address, message_id, own_id
from twofifty.intake import loose, signature
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_TYPES: dict[str, FeedbackType] = {
    "processed": "queued",
    "delivered": "delivered",
    "deferred": "deferred",
    "bounce": "bounced",
    "blocked": "bounced",
    "dropped": "rejected",
    "open": "opened",
    "click": "clicked",
    "spamreport": "complained",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",
    "group_resubscribe": "subscribed",
}
_DROPPED: dict[str, RejectReason] = {
    "bounced address": "bounced",
    "invalid": "invalid",
    "invalid email": "invalid",
    "unsubscribed address": "unsubscribed",
    "spam reporting address": "spam",
    "spam content": "spam",
    "spam content (if spam checker app enabled)": "spam",
    "recipient list over package quota": "blocked",
    "blocked": "blocked",
    "expired": "timed_out",
}
_BOUNCED: dict[str, tuple[RejectReason, BounceClass]] = {
    "bounce": ("bounced", "hard"),
    "blocked": ("blocked", "message"),
    "expired": ("timed_out", "soft"),
}
_CLASSES: dict[str, BounceClass] = {
    "invalid address": "hard",
    "mailbox unavailable": "soft",
    "technical": "soft",
    "content": "message",
    "reputation": "message",
    "frequency/volume": "message",
    "frequency or volume too high": "message",
}
_STEM = re.compile(r"\.(?:filter|recvd|ismtpd)")


class SendGridEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "sendgrid"
    field: ClassVar[str] = "event"
    signature: Scheme = signature.SendGridSigned()

    def is_one(self, entry: Node) -> bool:
        return "event" in entry or ("email" in entry and "created" in entry)

    def news(self, entry: Node) -> Iterable[Feedback]:
        if "event" not in entry:
            return (_listed(entry),)
        kind = _TYPES.get((entry.text("event") or "").lower(), "unknown")
        return (
            Feedback(
                type=kind,
                recipient=address(entry.raw("email")),
                message_id=_called(entry),
                at=entry.seconds("timestamp"),
                reject_reason=_reason(kind, entry),
                bounce=_class(entry),
                own_id=own_id(
                    *map(entry.raw, ("twofifty_id", "unique_args", "custom_args", "smtp-id"))
                ),
                event_id=entry.text("sg_event_id"),
                enhanced=entry.text("status"),
                text=entry.text("response|reason") or "",
                machine=entry.true("sg_machine_open"),
                url=entry.url("url"),
            ),
        )


def _listed(entry: Node) -> Feedback:
    """A bounce of the Bounces API: the time in seconds, or in UTC without saying so."""
    created = entry.raw("created")
    status = entry.text("status") or ""
    return Feedback(
        type="bounced",
        recipient=address(entry.raw("email")),
        at=loose.epoch(created) or loose.moment(created, loose.time_zone("UTC")),
        reject_reason="bounced",
        bounce="hard",
        enhanced=status,
        text=entry.text("reason") or "",
    )


def _called(entry: Node) -> str | None:
    """Its name. `anymail_id` is what django-anymail adds: shops that come from there look it up."""
    if given := entry.text("anymail_id"):
        return given
    whole = entry.text("sg_message_id") or ""
    return _STEM.split(whole)[0] or message_id(entry.raw("smtp-id"))


def _reason(kind: FeedbackType, entry: Node) -> RejectReason | None:
    if kind == "rejected":
        return entry.word("reason", _DROPPED) or "other"
    if kind == "bounced":
        return _bounced(entry)[0]
    return None


def _class(entry: Node) -> BounceClass:
    return entry.word("bounce_classification", _CLASSES) or _bounced(entry)[1]


def _bounced(entry: Node) -> tuple[RejectReason, BounceClass]:
    """By `type`; older webhooks had `blocked` as an event of its own."""
    return entry.word("type|event", _BOUNCED) or ("bounced", "hard")
