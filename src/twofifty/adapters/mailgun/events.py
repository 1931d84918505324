"""Mailgun's webhooks (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/) and
its Events API, and the webhooks of before 2018, which were forms.

A mail that Mailgun gave up on is `failed`, whoever refused it: `reason` says `suppress-...` where
Mailgun did not even try. An event's id is unique within a day only, so its time belongs to it.
"""

from collections.abc import Iterable
from typing import ClassVar

from twofifty.adapters.entries import EntryReader, address, inside, message_id, own_id
from twofifty.adapters.mailgun.signature import MailgunSigned
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_TYPES: dict[str, FeedbackType] = {
    "accepted": "queued",
    "rejected": "rejected",
    "delivered": "delivered",
    "permanent_fail": "bounced",
    "temporary_fail": "deferred",
    "opened": "opened",
    "clicked": "clicked",
    "unsubscribed": "unsubscribed",
    "complained": "complained",
    "stored": "inbound",
    "bounced": "bounced",
    "dropped": "rejected",
}
_REASONS: dict[str, RejectReason] = {
    "bounce": "bounced",
    "suppress-bounce": "bounced",
    "suppress-complaint": "spam",
    "suppress-unsubscribe": "unsubscribed",
    "espblock": "blocked",
    "blocked": "blocked",
    "old": "timed_out",
    "timeout": "timed_out",
}
# Mailgun's own, beside those of SMTP.
_CODES: dict[str, RejectReason] = {
    "499": "timed_out",
    "605": "bounced",
    "606": "unsubscribed",
    "607": "spam",
}
_CLASSES: dict[RejectReason, BounceClass] = {
    "bounced": "hard",
    "timed_out": "soft",
    "blocked": "message",
    "spam": "message",
}
_SAID = "delivery-status.message|delivery-status.description|reject.reason|error|description|reason"
_MESSAGE_ID = "message.headers.message-id|Message-Id|message-id"
_ROBOTS = ("robot", "bot")


class MailgunEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "mailgun"
    field: ClassVar[str] = "event-data"
    batch: ClassVar[str] = "items"
    signature: Scheme = MailgunSigned()

    def is_one(self, entry: Node) -> bool:
        return "event-data" in entry or "event" in entry or "body-plain" in entry

    def news(self, entry: Node) -> Iterable[Feedback]:
        event = entry.at("event-data") if "event-data" in entry else entry
        kind = _type(event)
        reason = _reason(event) if kind in ("bounced", "deferred", "rejected") else None
        return (
            Feedback(
                type=kind,
                recipient=address(event.raw("recipient")),
                message_id=message_id(event.raw(_MESSAGE_ID) or _header(event, "message-id")),
                at=event.seconds("timestamp"),
                reject_reason=reason,
                bounce=_CLASSES.get(reason) if reason else None,
                own_id=_own_id(event),
                event_id=_event_id(entry, event),
                code=_reply_code(event),
                enhanced=event.text("delivery-status.enhanced-code|code"),
                text=event.text(_SAID) or "",
                machine=_machine(event),
                url=event.url("url"),
            ),
        )


def _type(event: Node) -> FeedbackType:
    said = (event.text("event") or "").lower()
    if not said and "body-plain" in event:
        return "inbound"
    return _failed(event) if said == "failed" else _TYPES.get(said, "unknown")


def _failed(event: Node) -> FeedbackType:
    if event.text("severity") == "temporary":
        return "deferred"
    suppressed = (event.text("reason") or "").startswith("suppress-")
    return "rejected" if suppressed else "bounced"


def _reason(event: Node) -> RejectReason:
    """The reason's word, or (as the old webhooks have none of use) the code."""
    if named := event.word("reason", _REASONS):
        return named
    code = event.text("delivery-status.code|code") or ""
    refused = code[:1] in ("4", "5") and "delivery-status" not in event
    return _CODES.get(code) or ("bounced" if refused else "other")


def _reply_code(event: Node) -> int | None:
    """The receiving server's; Mailgun's own begin with 49 or 6."""
    code = event.text("delivery-status.code|code") or ""
    return int(code) if code.isdigit() and code[0] in "245" and code[:2] != "49" else None


def _own_id(event: Node) -> str | None:
    places = ("user-variables", "twofifty_id", "message-headers", "tags", _MESSAGE_ID)
    return own_id(*map(event.raw, places))


def _event_id(entry: Node, event: Node) -> str | None:
    if own := event.text("id"):
        return f"{own}@{event.text('timestamp') or ''}"
    return entry.text("signature.token|token")


def _header(event: Node, name: str) -> object:
    """A header of an old webhook: a list of pairs, in a text."""
    listed = inside(event.raw("message-headers")).value
    pairs = [each for each in listed if isinstance(each, list)] if isinstance(listed, list) else []
    found = (pair[1] for pair in pairs if len(pair) == 2 and str(pair[0]).lower() == name)
    return next(found, None)


def _machine(event: Node) -> bool:
    """Mailgun names the machine that opened (`apple`, `gmail`), or calls the client a robot."""
    return bool(event.text("client-info.bot")) or (
        (event.text("client-info.client-type") or "").lower() in _ROBOTS
    )
