"""Notices and messages.

A *notice* is something owed: one per (source, order, kind, facts, channel, recipient), for ever.
A *message* is one attempt at saying it in frozen bytes. A notice has one live message at a time;
a resend, or facts that changed before anything left, give it another one.
"""

import hashlib
from base64 import b32encode
from typing import Literal

import msgspec

Kind = Literal[
    "confirmation",
    "update",
    "cancellation",
    "refund",
    "shipment",
    "delay",
    "delivery",
    "reengagement",
    "agent",
]
Status = Literal[
    "queued",
    "scheduled",
    "held",
    "sending",
    "sent",
    "delivered",
    "deferred",
    "in_doubt",
    "bounced",
    "failed",
    "suppressed",
    "superseded",
    "cancelled",
]


class NoticeKey(msgspec.Struct, frozen=True):
    """What makes a notice the same notice. `facts` is the version of what it says, empty for a
    confirmation: an order is confirmed once, whatever happens to it later."""

    source: str
    order_id: str
    kind: Kind
    recipient: str
    channel: str = "email"
    facts: str = ""

    def digest(self) -> str:
        """A name for the key that never changes: 26 characters, `a-z2-7`."""
        parts = (self.source, self.order_id, self.kind, self.facts, self.channel, self.recipient)
        return _name("".join(f"{len(part)}:{part}" for part in parts))


def message_id(key: NoticeKey, copy: int) -> str:
    """The id of the `copy`-th message (from 0) of a notice, deterministic: `m_...`."""
    return message_id_of(key.digest(), copy)


def message_id_of(digest: str, copy: int) -> str:
    """The same from the notice's digest."""
    return "m_" + _name(f"{digest}\x1f{copy}")


def _name(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
    return b32encode(digest).decode("ascii").rstrip("=").lower()
