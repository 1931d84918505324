"""Resend's webhooks (https://resend.com/docs/webhooks/event-types), signed by Svix.

An event is about a whole mail: `data.to` are all its recipients. Where there are several, nobody
can know which of them bounced or complained: such news counts against none of them.
"""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from twofifty.adapters.entries import EntryReader, address, message_id, own_id
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_TYPES: dict[str, tuple[FeedbackType, RejectReason | None]] = {
    "email.scheduled": ("queued", None),
    "email.queued": ("queued", None),
    "email.sent": ("sent", None),
    "email.delivered": ("delivered", None),
    "email.delivery_delayed": ("deferred", None),
    "email.bounced": ("bounced", "bounced"),
    "email.suppressed": ("rejected", "bounced"),
    "email.failed": ("failed", "other"),
    "email.opened": ("opened", None),
    "email.clicked": ("clicked", None),
    "email.complained": ("complained", "spam"),
    "email.unsubscribed": ("unsubscribed", None),
    "email.received": ("inbound", None),
}
_CLASSES: dict[str, BounceClass] = {
    "permanent": "hard",
    "transient": "soft",
    "undetermined": "soft",
}
# What SES, which Resend sends through, says of a bounce that is about the mail.
_ABOUT_MAIL: dict[str, BounceClass] = {
    "messagetoolarge": "message",
    "contentrejected": "message",
    "attachmentrejected": "message",
}
_SAID = (
    "data.bounce.diagnosticCode.0|data.bounce.diagnosticCode|data.bounce.message"
    "|data.failed.reason|data.suppressed.message"
)
_OF_ONE_ONLY = ("complained", "unsubscribed")
_UNDEFINED = "5.0.0"


class ResendEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "resend"
    field: ClassVar[str] = "type"
    signature: Scheme = signature.Any(
        signature.StandardWebhooks("svix"), signature.StandardWebhooks()
    )

    def is_one(self, entry: Node) -> bool:
        return "type" in entry and "data" in entry

    def news(self, entry: Node) -> Iterable[Feedback]:
        named = _recipients(entry)
        alone = _news(entry)
        settled = alone if len(named) == 1 else _of_several(alone)
        return [msgspec.structs.replace(settled, recipient=each) for each in named]


def _news(entry: Node) -> Feedback:
    kind, reason = _TYPES.get((entry.text("type") or "").lower(), ("unknown", None))
    return Feedback(
        type=kind,
        recipient="",
        message_id=entry.text("data.email_id") or message_id(entry.raw("data.message_id")),
        at=entry.moment("data.click.timestamp|created_at|data.created_at"),
        reject_reason=reason,
        bounce=_class(entry),
        own_id=own_id(entry.raw("data.tags"), entry.raw("data.headers")),
        text=entry.text(_SAID) or "",
        url=entry.url("data.click.link"),
    )


def _of_several(news: Feedback) -> Feedback:
    """The same of each of several recipients, of which one only may be meant."""
    if news.type in _OF_ONE_ONLY:
        return msgspec.structs.replace(news, type="unknown", reject_reason=None)
    return msgspec.structs.replace(news, bounce="message", enhanced=_UNDEFINED)


def _recipients(entry: Node) -> list[str]:
    """Everybody the mail went to; somebody without a name where it says nobody."""
    listed = entry.raw("data.to")
    found = [address(each) for each in listed] if isinstance(listed, list) else [address(listed)]
    return list(dict.fromkeys(filter(None, found))) or [""]


def _class(entry: Node) -> BounceClass:
    """A bounce without a class is Resend's default, a permanent one."""
    about_mail = entry.word("data.bounce.subType", _ABOUT_MAIL)
    return about_mail or entry.word("data.bounce.type", _CLASSES) or "hard"
