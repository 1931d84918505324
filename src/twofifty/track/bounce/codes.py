"""What reply codes (RFC 5321) and enhanced status codes (RFC 3463, 5248, 7372, 7505, 8689 and what
large sites make of them) mean where no words say more. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from twofifty.track.bounce.reason import Reason

_STATUS: Final = re.compile(r"(?<![\d.\[])([245]\.\d{1,3}\.\d{1,3})(?![\d\]]|\.\d)")
_REPLY: Final = re.compile(r"(?<![\w.\[/=(-])([245][0-5]\d)(?=[ :\-,;.]|$)(?![.]\d|-\d)")

_EXACT: Final[Mapping[str, Reason]] = {
    "1.1": "user_unknown",
    "1.2": "host_unknown",
    "1.3": "user_unknown",
    "1.4": "user_unknown",
    "1.6": "moved",
    "1.7": "sender",
    "1.8": "sender",
    "1.10": "no_mail_accepted",
    "2.1": "disabled",
    "2.2": "mailbox_full",
    "2.3": "too_big",
    "2.4": "system",
    "3.1": "system",
    "3.2": "system",
    "3.3": "protocol",
    "3.4": "too_big",
    "3.5": "system",
    "4.1": "network",
    "4.2": "network",
    "4.3": "network",
    "4.4": "host_unknown",
    "4.5": "rate",
    "4.6": "loop",
    "4.7": "expired",
    "7.1": "policy",
    "7.4": "encryption",
    "7.5": "encryption",
    "7.10": "encryption",
    "7.13": "disabled",
    "7.14": "relay",
    "7.17": "moved",
    "7.18": "host_unknown",
    "7.25": "reverse_dns",
    "7.27": "sender",
    "7.28": "rate",
    "7.30": "encryption",
    "7.64": "relay",
}
_FOR_NOW: Final[Mapping[str, Reason]] = {
    "1.1": "filtered",
    "1.2": "network",
    "1.4": "network",
    "4.4": "network",
}
"""What 4.x.x of these means: a name could not be looked up, a mailbox is not there yet."""
_BY_SUBJECT: Final[Mapping[str, Reason]] = {
    "1": "user_unknown",
    "2": "filtered",
    "3": "system",
    "4": "network",
    "6": "content",
    "7": "policy",
}
_AUTHENTICATION: Final = range(20, 30)
_BLOCKED: Final = range(500, 1_000)
"""Microsoft's codes for senders that it blocks: 5.7.511, 5.7.606, 5.7.708, ..."""

_BY_REPLY: Final[Mapping[int, Reason]] = {
    421: "network",
    422: "mailbox_full",
    431: "system",
    450: "filtered",
    451: "system",
    452: "mailbox_full",
    454: "encryption",
    500: "protocol",
    501: "protocol",
    502: "protocol",
    503: "protocol",
    504: "protocol",
    521: "no_mail_accepted",
    523: "too_big",
    525: "disabled",
    530: "relay",
    535: "relay",
    551: "moved",
    552: "mailbox_full",
    556: "no_mail_accepted",
}


def statuses(text: str) -> tuple[str, ...]:
    """The enhanced status codes in what a server said."""
    return tuple(_STATUS.findall(text))


def telling(text: str) -> str:
    """The most telling enhanced status code in what a server said; empty if there is none."""
    found = statuses(text)
    return min(found, key=_says_little, default="")


def _says_little(status: str) -> tuple[bool, bool, bool]:
    """A refusal before an acceptance, one that says why before others, details before none."""
    return status.startswith("2"), not is_telling(status), status.endswith(".0")


def reply(text: str) -> int | None:
    """The reply code in what a server said, a refusal before anything else."""
    found = [int(code) for code in _REPLY.findall(text)]
    refusals = [code for code in found if code >= 400]
    return refusals[0] if refusals else None


def is_telling(status: str) -> bool:
    """Whether a status says more than that something is wrong: 5.1.1 and 5.1.0 (it is the
    address), but not 5.0.0 or 5.3.0."""
    parts = status.split(".")
    return len(parts) == 3 and parts[1] != "0" and (parts[2] != "0" or parts[1] == "1")


def of_status(status: str) -> Reason:
    """What an enhanced status code means; `undefined` where it says nothing."""
    kind, _, rest = status.partition(".")
    subject, _, detail = rest.partition(".")
    if kind not in ("4", "5") or not detail.isdecimal():
        return "undefined"
    if kind == "4" and rest in _FOR_NOW:
        return _FOR_NOW[rest]
    return _EXACT.get(rest) or _of_detail(subject, int(detail))


def _of_detail(subject: str, detail: int) -> Reason:
    if subject == "7" and detail in _AUTHENTICATION:
        return "authentication"
    if subject == "7" and detail in _BLOCKED:
        return "blocked"
    return "protocol" if subject == "5" else _BY_SUBJECT.get(subject, "undefined")


def of_codes(code: int | None, status: str) -> Reason:
    """What a reply code means by itself, or the subject of a status that has no detail (5.6.0)."""
    known = _BY_REPLY.get(code or 0)
    subject = status.split(".")[1] if status.count(".") == 2 else ""
    return known or _BY_SUBJECT.get(subject, "undefined")
