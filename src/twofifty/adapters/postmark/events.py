"""Postmark's webhooks (https://postmarkapp.com/developer/webhooks/webhooks-overview): one record a
request, known by `RecordType`; and the list of its Bounce API.

A bounce's `Type` says more than its record type: vacation notices, challenges and unsubscribes come
as bounces too. Requests are not signed: a user and a password in the URL, or a header.
"""

from collections.abc import Iterable
from typing import ClassVar

from twofifty.adapters.entries import SHARED_SECRET, EntryReader, address, own_id
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_Said = tuple[FeedbackType, RejectReason | None, BounceClass | None]

_RECORDS: dict[str, FeedbackType] = {
    "delivery": "delivered",
    "open": "opened",
    "click": "clicked",
    "spamcomplaint": "complained",
    "inbound": "inbound",
}
# https://postmarkapp.com/developer/api/bounce-api#bounce-types
_TYPES: dict[str, _Said] = {
    "hardbounce": ("bounced", "bounced", "hard"),
    "softbounce": ("bounced", "bounced", "soft"),
    "transient": ("deferred", None, None),
    "dnserror": ("deferred", None, None),
    "openrelaytest": ("deferred", None, None),
    "unsubscribe": ("unsubscribed", "unsubscribed", None),
    "subscribe": ("subscribed", None, None),
    "autoresponder": ("autoresponded", None, None),
    "addresschange": ("autoresponded", None, None),
    "challengeverification": ("autoresponded", None, None),
    "spamcomplaint": ("complained", "spam", None),
    "spamnotification": ("bounced", "spam", "message"),
    "virusnotification": ("bounced", "other", "message"),
    "blocked": ("bounced", "blocked", "message"),
    "dmarcpolicy": ("bounced", "blocked", "message"),
    "bademailaddress": ("rejected", "invalid", None),
    "manuallydeactivated": ("rejected", "blocked", None),
    "unconfirmed": ("rejected", "other", None),
    "manualsuppression": ("unsubscribed", "unsubscribed", None),
    "smtpapierror": ("failed", "other", None),
    "templaterenderingfailed": ("failed", "other", None),
    "inbounderror": ("inbound_failed", None, None),
}
_UNKNOWN: _Said = ("unknown", None, None)
# Older webhooks leave the record type out: each has a field that no other has.
_MARKS = {
    "BouncedAt": "bounce",
    "DeliveredAt": "delivery",
    "OriginalLink": "click",
    "SuppressSending": "subscriptionchange",
    "ReadSeconds": "open",
    "FirstOpen": "open",
    "OriginalRecipient": "inbound",
}


class PostmarkEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "postmark"
    field: ClassVar[str] = "RecordType"
    batch: ClassVar[str] = "Bounces"
    signature: Scheme = SHARED_SECRET

    def is_one(self, entry: Node) -> bool:
        return bool(_record(entry))

    def news(self, entry: Node) -> Iterable[Feedback]:
        kind, reason, bounce = _said(entry)
        return (
            Feedback(
                type=kind,
                recipient=address(entry.raw("Recipient|Email|OriginalRecipient|To")),
                message_id=entry.text("MessageID"),
                at=entry.moment("BouncedAt|DeliveredAt|ReceivedAt|ChangedAt|Date"),
                reject_reason=reason,
                bounce=bounce,
                own_id=own_id(entry.raw("Metadata"), entry.raw("Tag")),
                event_id=entry.text("ID"),
                text=entry.text("Details|Description|Name") or "",
                url=entry.url("OriginalLink"),
            ),
        )


def _record(entry: Node) -> str:
    named = entry.text("RecordType") or ""
    return named.lower() or next((record for mark, record in _MARKS.items() if mark in entry), "")


def _said(entry: Node) -> _Said:
    record = _record(entry)
    if record == "subscriptionchange":
        return _suppressed(entry)
    if record == "bounce":
        return entry.word("Type", _TYPES) or _UNKNOWN
    return _RECORDS.get(record, "unknown"), None, None


def _suppressed(entry: Node) -> _Said:
    """Why Postmark will send there no more, or that it will again."""
    if not entry.true("SuppressSending"):
        return "subscribed", None, None
    return entry.word("SuppressionReason", _TYPES) or _TYPES["manualsuppression"]
