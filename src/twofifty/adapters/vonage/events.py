"""Vonage's status webhooks (developer.vonage.com, Messages API): JSON, one status a request;
`client_ref` is our id."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from twofifty.adapters.entries import EntryReader, own_id
from twofifty.adapters.vonage.signature import VonageToken
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_STATUSES: Mapping[str, FeedbackType] = {
    "submitted": "queued",
    "delivered": "delivered",
    "read": "opened",
    "rejected": "rejected",
    "undeliverable": "bounced",
}
# developer.vonage.com/api-errors/messages. What is not here may be over soon.
_WHY: Mapping[str, tuple[RejectReason, BounceClass]] = {
    "1050": ("blocked", "hard"),
    "1170": ("invalid", "hard"),
    "1190": ("invalid", "hard"),
    "1240": ("invalid", "hard"),
    "1250": ("invalid", "hard"),
    "1210": ("spam", "message"),
    "1360": ("timed_out", "soft"),
}
_UNTOLD: tuple[RejectReason, BounceClass] = ("other", "soft")


class VonageEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "vonage"
    field: ClassVar[str] = "message_uuid"
    signature: Scheme = VonageToken()

    def news(self, entry: Node) -> Iterable[Feedback]:
        kind = _STATUSES.get((entry.text("status") or "").lower(), "unknown")
        code = (entry.text("error.type|error.title|error.code") or "").rpartition("#")[2]
        reason, bounce = _WHY.get(code.rpartition("/")[2], _UNTOLD)
        lost = kind in ("bounced", "rejected")
        number = (entry.text("to|to.number") or "").lstrip("+")
        return (
            Feedback(
                type=kind,
                recipient=f"+{number}" if number else "",
                message_id=entry.text("message_uuid"),
                at=entry.moment("timestamp"),
                reject_reason=reason if lost else None,
                bounce=bounce if kind == "bounced" else None,
                own_id=own_id(entry.text("client_ref")),
                text=f"Vonage says {code}" if lost and code else "",
            ),
        )
