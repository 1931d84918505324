"""The commands of a transaction, with the parameters that a server knows. Pure.

SIZE is RFC 1870, BODY RFC 6152, SMTPUTF8 RFC 6531; RET, ENVID, NOTIFY and ORCPT are RFC 3461.
"""

import re
from collections.abc import Mapping

from twofifty.adapters.smtp.body import has_raw_utf8_header
from twofifty.adapters.smtp.offers import Offers
from twofifty.adapters.smtp.route import Dsn
from twofifty.deliver.ports import Envelope

NOTIFY: Mapping[Dsn, str] = {"on": "SUCCESS,FAILURE,DELAY", "failure": "FAILURE,DELAY", "off": ""}
"""Which reports are asked for; nothing is said to the server where it is empty."""

LONGEST_ENVID = 100
LONGEST_ORCPT = 500

_NOT_XCHAR = re.compile(r"[^!-*,-<>-~]")
_NOT_UTF8_CHAR = re.compile(r"[^!-*,-<>-\[\]-~]")


def mail(envelope: Envelope, offers: Offers, notify: str) -> bytes:
    """MAIL. A failure brings the headers back, not the mail, and our message id with them."""
    eight_bit = not envelope.data.isascii()
    addresses = envelope.sender.isascii() and envelope.recipient.isascii()
    utf8 = not addresses or (eight_bit and has_raw_utf8_header(envelope.data))
    parameters = (
        f" SIZE={len(envelope.data)}" if offers.sized else "",
        " BODY=8BITMIME" if eight_bit else "",
        " SMTPUTF8" if utf8 else "",
        f" RET=HDRS{_envid(envelope.message_id)}" if notify and offers.dsn else "",
    )
    return f"MAIL FROM:<{envelope.sender}>{''.join(parameters)}\r\n".encode()


def rcpt(envelope: Envelope, offers: Offers, notify: str) -> bytes:
    """RCPT. The address stands in reports as it stands here, whatever becomes of it on the way."""
    asked = f" NOTIFY={notify}{_orcpt(envelope.recipient)}" if notify and offers.dsn else ""
    return f"RCPT TO:<{envelope.recipient}>{asked}\r\n".encode()


def xtext(text: str) -> str:
    """ASCII with `+`, `=` and what is not printable as `+` and two hex digits (RFC 3461 4)."""
    return _NOT_XCHAR.sub(lambda found: f"+{ord(found[0]):02X}", text)


def utf8_xtext(text: str) -> str:
    r"""The same of a UTF-8 address, in ASCII alone: `\x{E4}` (RFC 6533 3)."""
    return _NOT_UTF8_CHAR.sub(lambda found: rf"\x{{{ord(found[0]):X}}}", text)


def _envid(message_id: str) -> str:
    coded = xtext(message_id)
    fit = message_id.isascii() and 0 < len(coded) <= LONGEST_ENVID
    return f" ENVID={coded}" if fit else ""


def _orcpt(address: str) -> str:
    kind, coded = (
        ("rfc822", xtext(address)) if address.isascii() else ("utf-8", utf8_xtext(address))
    )
    return f" ORCPT={kind};{coded}" if len(coded) <= LONGEST_ORCPT else ""
