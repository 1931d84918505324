"""What a receiving server said, out of the words in which a provider passes it on. Pure."""

import re

from twofifty.track.feedback import BounceClass

_FIRST = re.compile(r"\s*(?:smtp;?\s*)?(?:sent \(|status: )?([245]\d\d)(?![\d.])", re.IGNORECASE)
_WITHIN = re.compile(r"(?<![\d.])([245]\d\d)[ -](?=#?[245]\.\d{1,3}\.\d{1,3}\b)")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)")

# RFC 3463 and the IANA registry of enhanced codes: the ones that say by themselves what they are
# about. Of the others a provider knows more than the code.
_BY_CODE: dict[str, BounceClass] = {
    "5.1.1": "hard",
    "5.1.2": "hard",
    "5.1.3": "hard",
    "5.1.6": "hard",
    "5.1.10": "hard",
    "5.2.1": "hard",
    "5.7.13": "hard",
    "5.2.2": "soft",
    "5.3.1": "soft",
    "5.4.5": "soft",
    "5.4.7": "soft",
    "5.2.3": "message",
    "5.3.4": "message",
}
_BY_SUBJECT: dict[str, BounceClass] = {"5.6": "message", "5.7": "message", "5.1.7": "message"}
_BASIC: dict[int, BounceClass] = {550: "hard", 551: "hard", 553: "hard", 552: "soft"}


def code(text: str) -> int | None:
    """The reply code that `text` begins with, or that an enhanced one follows."""
    found = _FIRST.match(text) or _WITHIN.search(text)
    return int(found[1]) if found else None


def enhanced(text: str) -> str | None:
    """The first enhanced code in `text`; addresses of machines are none."""
    found = _ENHANCED.search(text)
    return found[1] if found else None


def bounce_class(
    said: BounceClass | None, reply: int | None, enhanced_code: str | None
) -> BounceClass:
    """The receiving server's enhanced code where it is clear, else what the provider said, else
    the reply code: a plain 550 is about the address, every other 5yz about the mail."""
    clear = _clear(enhanced_code or "")
    if clear is not None:
        return clear
    if said is not None:
        return said
    if reply is None or reply < 500:
        return "soft"
    return _BASIC.get(reply, "message")


def _clear(enhanced_code: str) -> BounceClass | None:
    if enhanced_code.startswith("4."):
        return "soft"
    subject = enhanced_code.rpartition(".")[0]
    found = _BY_CODE.get(enhanced_code) or _BY_SUBJECT.get(enhanced_code)
    return found or _BY_SUBJECT.get(subject)
