"""Whether a server can take a message at all, found without asking it. Pure."""

import re

from twofifty.adapters.smtp.body import has_raw_utf8_header, is_clean
from twofifty.adapters.smtp.offers import Offers
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
    wrong: tuple[Phase, str] | None = None
    if not is_clean(data):
        wrong = "data", "The message has a CR or LF that is not part of a line end."
    elif b"\0" in data:  # RFC 6152 3: not even 8BITMIME carries it; some servers stop reading there
        wrong = "data", "The message has a NUL."
    elif offers.size and len(data) > offers.size:
        wrong = "mail", f"The message has {len(data)} bytes, the server takes {offers.size}."
    elif data.isascii():
        return None
    elif not offers.eight_bit:
        wrong = "mail", "The message holds 8-bit text, which the server does not take."
    elif not offers.smtputf8 and has_raw_utf8_header(data):
        wrong = "mail", "The message has a header in UTF-8, which the server does not take."
    return Refused(wrong[1], wrong[0], route, "message") if wrong else None
