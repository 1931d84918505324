"""Why a mail was given back, in one word, and which class that makes. Pure."""

from collections.abc import Mapping
from typing import Final, Literal

from twofifty.track.feedback import BounceClass

Reason = Literal[
    "user_unknown",
    "moved",
    "host_unknown",
    "no_mail_accepted",
    "mailbox_full",
    "disabled",
    "filtered",
    "greylisted",
    "rate",
    "network",
    "expired",
    "system",
    "on_hold",
    "spam",
    "virus",
    "policy",
    "blocked",
    "authentication",
    "reverse_dns",
    "relay",
    "sender",
    "too_big",
    "content",
    "format",
    "protocol",
    "encryption",
    "loop",
    "undefined",
]

CLASS_OF: Final[Mapping[Reason, BounceClass]] = {
    # The address will not work, whoever writes to it.
    "user_unknown": "hard",
    "moved": "hard",
    "host_unknown": "hard",
    "no_mail_accepted": "hard",
    # It exists, or may; tried later it may work.
    "mailbox_full": "soft",
    # RFC 3463 X.2.1: the mailbox exists and may be opened again.
    "disabled": "soft",
    # Refused for this recipient without a word that there is no such mailbox.
    "filtered": "soft",
    "greylisted": "soft",
    "rate": "soft",
    "network": "soft",
    "expired": "soft",
    "system": "soft",
    "on_hold": "soft",
    "undefined": "soft",
    # About this mail, or about who sends it.
    "spam": "message",
    "virus": "message",
    "policy": "message",
    "blocked": "message",
    "authentication": "message",
    "reverse_dns": "message",
    "relay": "message",
    "sender": "message",
    "too_big": "message",
    "content": "message",
    "format": "message",
    "protocol": "message",
    "encryption": "message",
    # A loop is the sites' fault: it may be mended.
    "loop": "soft",
}
