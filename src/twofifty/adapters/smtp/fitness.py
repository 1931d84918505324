"""Whether a server can take a message at all, found without asking it. Pure."""

import re

from twofifty.adapters.smtp.body import has_raw_utf8_header, is_clean
from twofifty.adapters.smtp.offers import Offers
from twofifty.compose.mime.written import Written
from twofifty.deliver.outcome import About, Phase, Refused
from twofifty.deliver.ports import Envelope

# Whether a mailbox name is sensible is the server's business (RFC 5321 4.1.2). What could end the
# path or the command early never leaves here: controls and, outside quotes, spaces and brackets.
_PATH = re.compile(
    r'(?:"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"|[^\s<>"\x00-\x1f\x7f]+)'
    r'@[^\s<>"\x00-\x1f\x7f]+'
)
_PATH_LIMIT = 900


def unfit(envelope: Envelope, offers: Offers, route: str) -> Refused | None:
    """Why this server can never take this envelope; None if it may."""
    return (
        _unfit_address(envelope.sender, "mail", offers, route)
        or _unfit_address(envelope.recipient, "rcpt", offers, route)
        or _unfit_data(envelope.data, offers, route)
    )


def _unfit_address(address: str, phase: Phase, offers: Offers, route: str) -> Refused | None:
    about: About = "sender" if phase == "mail" else "recipient"
    if phase == "mail" and not address:
        return None
    if len(address) > _PATH_LIMIT or not _PATH.fullmatch(address):
        return Refused(f"The address of the {about} is no address.", phase, route, about)
    if not address.isascii() and not offers.smtputf8:
        reason = f"The address of the {about} needs SMTPUTF8, which the server does not offer."
        return Refused(reason, phase, route, about)
    return None


def _unfit_data(data: bytes, offers: Offers, route: str) -> Refused | None:
    wrong = _malformed(data) or _not_taken(data, offers)
    return Refused(wrong[1], wrong[0], route, "message") if wrong else None


def _malformed(data: bytes) -> tuple[Phase, str] | None:
    """What no server can take, in bytes that we did not write."""
    if data.__class__ is Written:
        return None
    if not is_clean(data):
        return "data", "The message has a CR or LF that is not part of a line end."
    if b"\0" in data:  # RFC 6152 3: not even 8BITMIME carries it; some servers stop reading there
        return "data", "The message has a NUL."
    return None


def _not_taken(data: bytes, offers: Offers) -> tuple[Phase, str] | None:
    """What this server does not take."""
    if offers.size and len(data) > offers.size:
        return "mail", f"The message has {len(data)} bytes, the server takes {offers.size}."
    if data.isascii():
        return None
    if not offers.eight_bit:
        return "mail", "The message holds 8-bit text, which the server does not take."
    if not offers.smtputf8 and has_raw_utf8_header(data):
        return "mail", "The message has a header in UTF-8, which the server does not take."
    return None
