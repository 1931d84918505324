"""SparkPost's event webhooks (https://developers.sparkpost.com/api/webhooks/): batches of events,
each under its class in `msys`; and what the Events API lists.

`bounce_class` (https://support.sparkpost.com/docs/deliverability/bounce-classification-codes) says
what a bounce is about; some of them are no bounces. Requests are not signed: a user and a password,
a bearer token of OAuth, or a header. A message is called by its transmission, as the API said.
"""

from collections.abc import Iterable
from typing import ClassVar

from twofifty.adapters.entries import SHARED_SECRET, EntryReader, address, own_id
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

_TYPES: dict[str, FeedbackType] = {
    "injection": "queued",
    "delivery": "delivered",
    "delay": "deferred",
    "bounce": "bounced",
    "out_of_band": "bounced",
    "policy_rejection": "rejected",
    "generation_rejection": "rejected",
    "generation_failure": "failed",
    "spam_complaint": "complained",
    "list_unsubscribe": "unsubscribed",
    "link_unsubscribe": "unsubscribed",
    "open": "opened",
    "initial_open": "opened",
    "amp_open": "opened",
    "amp_initial_open": "opened",
    "click": "clicked",
    "amp_click": "clicked",
    "relay_injection": "inbound",
    "relay_delivery": "inbound",
    "relay_rejection": "inbound_failed",
    "relay_tempfail": "inbound_failed",
    "relay_permfail": "inbound_failed",
}
_BOUNCES: dict[str, tuple[RejectReason, BounceClass]] = {
    "1": ("other", "soft"),
    "10": ("invalid", "hard"),
    "20": ("bounced", "soft"),
    "21": ("bounced", "soft"),
    "22": ("bounced", "soft"),
    "23": ("bounced", "message"),
    "24": ("timed_out", "soft"),
    "25": ("blocked", "message"),
    "30": ("bounced", "hard"),
    "40": ("bounced", "soft"),
    "50": ("blocked", "message"),
    "51": ("spam", "message"),
    "52": ("spam", "message"),
    "53": ("other", "message"),
    "54": ("blocked", "message"),
    "60": ("other", "soft"),
    "70": ("bounced", "soft"),
    "80": ("other", "soft"),
    "90": ("unsubscribed", "hard"),
    "100": ("other", "soft"),
}
_NO_BOUNCES: dict[str, FeedbackType] = {
    "60": "autoresponded",
    "80": "subscribed",
    "90": "unsubscribed",
    "100": "autoresponded",
}


class SparkPostEvents(EntryReader):
    """A Reporter: see `flow.feeds`."""

    name: ClassVar[str] = "sparkpost"
    field: ClassVar[str] = "msys"
    batch: ClassVar[str] = "results"
    signature: Scheme = SHARED_SECRET

    def is_one(self, entry: Node) -> bool:
        return "msys" in entry or ("type" in entry and "event_id" in entry)

    def news(self, entry: Node) -> Iterable[Feedback]:
        """A test batch has an empty `msys`: it tells nothing."""
        if "msys" not in entry:
            return [_news(entry)]
        if "relay_message" in entry.at("msys"):
            return [_relayed(entry.at("msys.relay_message"))]
        return [_news(event) for _, event in entry.pairs("msys")]


def _news(event: Node) -> Feedback:
    kind = _type(event)
    places = ("rcpt_meta", "rcpt_tags", "campaign_id")
    reason, bounce = _BOUNCES.get(event.text("bounce_class") or "", (None, None))
    return Feedback(
        type=kind,
        recipient=address(event.raw("raw_rcpt_to|rcpt_to")),
        message_id=event.text("transmission_id|message_id"),
        at=event.seconds("timestamp") or event.moment("timestamp"),
        reject_reason=reason or ("blocked" if kind == "rejected" else None),
        bounce=bounce,
        own_id=own_id(*map(event.raw, places)),
        event_id=event.text("event_id"),
        code=_code(event),
        text=event.text("raw_reason|reason|fbtype") or "",
        machine=event.true("user_agent_parsed.is_prefetched"),
        url=event.url("target_link_url"),
    )


def _relayed(message: Node) -> Feedback:
    return Feedback(type="inbound", recipient=address(message.raw("rcpt_to")))


def _type(event: Node) -> FeedbackType:
    kind = _TYPES.get((event.text("type") or "").lower(), "unknown")
    other = _NO_BOUNCES.get(event.text("bounce_class") or "")
    return other if other and kind == "bounced" else kind


def _code(event: Node) -> int | None:
    code = event.text("error_code") or ""
    return int(code) if len(code) == 3 and code.isdigit() and code[0] in "245" else None
