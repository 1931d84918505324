"""Mailjet's Event API (https://dev.mailjet.com/email/guides/webhooks/): one event, or a batch.

`blocked` is Mailjet's own refusal; of a bounce `error` says why, or else what it is related to. A
greylisted mail is tried again. Requests carry the user and the password of the webhook's URL.
"""

from collections.abc import Iterable
from typing import ClassVar

from twofifty.adapters.entries import EntryReader, address, own_id
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_TYPES: dict[str, FeedbackType] = {
    "sent": "delivered",
    "bounce": "bounced",
    "blocked": "rejected",
    "spam": "complained",
    "unsub": "unsubscribed",
    "open": "opened",
    "click": "clicked",
}
# https://dev.mailjet.com/email/guides/webhooks/#possible-values-for-errors
_ERRORS: dict[str, RejectReason] = {
    "user unknown": "bounced",
    "mailbox inactive": "bounced",
    "quota exceeded": "bounced",
    "invalid domain": "bounced",
    "no mail host": "bounced",
    "relay/access denied": "bounced",
    "typofix": "invalid",
    "blacklisted": "blocked",
    "spam reporter": "spam",
    "sender blocked": "blocked",
    "content blocked": "blocked",
    "policy issue": "blocked",
    "preblocked": "blocked",
    "connection issue": "timed_out",
    "greylisted": "other",
    "duplicate in campaign": "other",
    "system issue": "other",
    "protocol issue": "other",
    "bad or empty template": "other",
    "error in template language": "other",
}
_CLASSES: dict[str, BounceClass] = {
    "sender blocked": "message",
    "content blocked": "message",
    "policy issue": "message",
    "relay/access denied": "message",
    "system": "message",
    "content": "message",
    "spam": "message",
    "quota exceeded": "soft",
    "connection issue": "soft",
}
_WHY = "error|error_related_to"


class MailjetEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "mailjet"
    field: ClassVar[str] = "event"
    signature: Scheme = signature.Basic()

    def news(self, entry: Node) -> Iterable[Feedback]:
        kind = _type(entry)
        refused = kind in ("bounced", "deferred", "rejected")
        places = ("CustomID", "Payload", "X-MJ-CustomID", "customcampaign")
        return (
            Feedback(
                type=kind,
                recipient=address(entry.raw("email")),
                message_id=entry.text("MessageID|mj_message_id|Message_GUID"),
                at=entry.seconds("time"),
                reject_reason=(entry.word(_WHY, _ERRORS) or "other") if refused else None,
                bounce=_class(entry),
                own_id=own_id(*map(entry.raw, places)),
                text=entry.text("smtp_reply|comment|error|error_related_to|source") or "",
                url=entry.url("url"),
            ),
        )


def _type(entry: Node) -> FeedbackType:
    if entry.text("error") == "greylisted":
        return "deferred"
    return _TYPES.get((entry.text("event") or "").lower(), "unknown")


def _class(entry: Node) -> BounceClass:
    related = entry.word("error", _CLASSES) or entry.word("error_related_to", _CLASSES)
    return related or ("hard" if entry.true("hard_bounce") else "soft")
