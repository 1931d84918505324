"""What the world says became of a message after it left, whoever says it: one word a piece of news.

queued | sent          the provider has it | has handed it to the recipient's server
delivered              the recipient's server took it
deferred               not yet; the provider goes on trying
bounced                given back: see `bounce`
rejected | failed      the provider would not, or could not, send it at all: see `reject_reason`
autoresponded          somebody's machine answered
opened | clicked       somebody, or a machine (`machine`), looked
complained             called spam
unsubscribed | subscribed
inbound | inbound_failed | unknown      nothing about mail that we sent
"""

from datetime import datetime
from typing import Literal

import msgspec

FeedbackType = Literal[
    "queued",
    "sent",
    "delivered",
    "deferred",
    "bounced",
    "rejected",
    "failed",
    "autoresponded",
    "opened",
    "clicked",
    "complained",
    "unsubscribed",
    "subscribed",
    "inbound",
    "inbound_failed",
    "unknown",
]
RejectReason = Literal[
    "invalid", "bounced", "timed_out", "blocked", "spam", "unsubscribed", "other"
]
BounceClass = Literal["hard", "soft", "message"]
"""`hard`: the address will not work. `soft`: it may later. `message`: it was about this mail, or
about us, and says nothing against the address."""


class Feedback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of news about one recipient.

    `message_id`: what whoever says it calls the message (a provider's id, else a Message-ID without
    angle brackets). `own_id`: our own id (`m_...`) where the news carries it. `event_id` makes it
    the same news when it comes again. `code` and `enhanced` as of the SMTP reply (RFC 5321, 3463),
    `text` what was said, at most 500 characters.
    """

    type: FeedbackType
    recipient: str
    message_id: str | None = None
    at: datetime | None = None
    reject_reason: RejectReason | None = None
    bounce: BounceClass | None = None
    own_id: str | None = None
    event_id: str | None = None
    code: int | None = None
    enhanced: str | None = None
    text: str = ""
    machine: bool = False
    url: str | None = None
