"""Amazon SES's events (https://docs.aws.amazon.com/ses/latest/dg/
event-publishing-retrieving-sns-contents.html) and feedback notifications, through SNS; also as
records of SQS or Lambda, as EventBridge has them, or raw.

An event lists the recipients it is about, each with its own reply. SNS asks for its subscription to
be confirmed before it sends anything. Amazon signs for all its customers: without `topic_arn` no
message of SNS is believed. What comes without SNS carries a shared secret.
"""

import re
from collections.abc import Iterable
from typing import ClassVar

from twofifty.adapters.entries import SHARED_SECRET, EntryReader, address, inside, objects, own_id
from twofifty.adapters.ses.carried import carried
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.ports import Hook, Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_Kind = tuple[FeedbackType, RejectReason | None, str, str]

# The event's type: what it means, the object that tells of it, and whom that is about.
_TYPES: dict[str, _Kind] = {
    "send": ("sent", None, "send", "recipients"),
    "delivery": ("delivered", None, "delivery", "recipients"),
    "deliverydelay": ("deferred", None, "deliveryDelay", "delayedRecipients"),
    "bounce": ("bounced", "bounced", "bounce", "bouncedRecipients"),
    "complaint": ("complained", "spam", "complaint", "complainedRecipients"),
    "reject": ("rejected", "blocked", "reject", "recipients"),
    "rendering failure": ("failed", "other", "failure", "recipients"),
    "renderingfailure": ("failed", "other", "failure", "recipients"),
    "open": ("opened", None, "open", "recipients"),
    "click": ("clicked", None, "click", "recipients"),
    "subscription": ("unsubscribed", None, "subscription", "recipients"),
    "received": ("inbound", None, "receipt", "recipients"),
}
_CLASSES: dict[str, BounceClass] = {"permanent": "hard", "transient": "soft"}
_SUBTYPES: dict[str, BounceClass] = {
    "mailboxfull": "soft",
    "messagetoolarge": "message",
    "contentrejected": "message",
    "attachmentrejected": "message",
    "unsubscribedrecipient": "message",
}
_REASONS: dict[str, RejectReason] = {
    "customtimeoutexceeded": "timed_out",
    "unsubscribedrecipient": "unsubscribed",
}
_CONFIRM = re.compile(
    r"https://sns\.[a-z0-9-]{4,32}\.amazonaws\.com(?:\.cn)?/\?Action=ConfirmSubscription&[!-~]{1,1900}"
)
_WHY = "smtpResponse|reason|errorMessage|complaintFeedbackType|delayType|bounceSubType"


class SesEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "ses"
    field: ClassVar[str] = "eventType"
    signature: Scheme = signature.Any(*SHARED_SECRET.schemes, signature.SnsSigned())

    def greeted(self, hook: Hook) -> str | None:
        """See `flow.feeds.Handshake.greeted`."""
        message = inside(hook.body.decode("utf-8", "replace"))
        url = message.text("SubscribeURL") or ""
        asked = message.text("Type") == "SubscriptionConfirmation" and _CONFIRM.fullmatch(url)
        return url if asked else None

    def entries(self, document: object) -> list[Node]:
        return carried(document)

    def is_one(self, entry: Node) -> bool:
        return "event" in entry

    def news(self, entry: Node) -> Iterable[Feedback]:
        event = entry.at("event")
        kind = (event.text("eventType|notificationType") or "").lower()
        known = _TYPES.get(kind, ("unknown", None, "", ""))
        about = event.at(known[2]) if known[2] else Node(None)
        return [
            _news(event, known, about, recipient, entry.text("id"))
            for recipient in _recipients(event, about, known[3])
        ]


def _recipients(event: Node, about: Node, listed: str) -> list[Node]:
    """Whom the event is about: objects with their replies, addresses, or all of the mail."""
    found = about.raw(listed) or event.raw("mail.destination")
    addresses = found if isinstance(found, list) else []
    bare = [Node({"emailAddress": each}) for each in addresses]
    return objects(addresses) or bare or [Node({})]


def _news(
    event: Node, known: _Kind, about: Node, recipient: Node, event_id: str | None
) -> Feedback:
    kind, reason, _, _ = known
    subtype = about.text("bounceSubType") or ""
    bounced = kind == "bounced"
    return Feedback(
        type=_subscribed(about) if kind == "unsubscribed" else kind,
        recipient=address(recipient.raw("emailAddress")),
        message_id=event.text("mail.messageId"),
        at=about.moment("timestamp") or event.moment("mail.timestamp"),
        reject_reason=_REASONS.get(subtype.lower(), reason) if bounced else reason,
        bounce=_class(about, subtype) if bounced else None,
        own_id=_own_id(event.at("mail")),
        event_id=event_id,
        enhanced=recipient.text("status"),
        text=recipient.text("diagnosticCode") or about.text(_WHY) or "",
        url=about.url("link"),
    )


def _class(bounce: Node, subtype: str) -> BounceClass:
    return _SUBTYPES.get(subtype.lower()) or bounce.word("bounceType", _CLASSES) or "soft"


def _subscribed(subscription: Node) -> FeedbackType:
    """Out of everything or of a topic; or in again."""
    topics = objects(subscription.raw("newTopicPreferences.topicSubscriptionStatus"))
    out = any((topic.text("subscriptionStatus") or "").lower() == "optout" for topic in topics)
    left = subscription.true("newTopicPreferences.unsubscribeAll") or out or not topics
    return "unsubscribed" if left else "subscribed"


def _own_id(mail: Node) -> str | None:
    headers = objects(mail.raw("headers"))
    named = {(each.text("name") or "").lower(): each.text("value") for each in headers}
    ours = (named.get("x-twofifty-id"), named.get("message-id"))
    return own_id(mail.raw("tags"), *ours, mail.raw("commonHeaders.messageId"))
