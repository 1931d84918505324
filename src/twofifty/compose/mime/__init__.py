"""One mail as the bytes that go over the wire (RFC 5322, 2045-2047, 3834).

`write(mail)` gives the bytes; the same `Mail` always gives the same bytes. They are 7-bit unless a
mailbox has a non-ASCII local part: where `data.isascii()` is false, the next hop needs SMTPUTF8.
"""

from twofifty.compose.mime.address import ascii_domain
from twofifty.compose.mime.body import Body, body, body_of, body_of_lines, is_foreign, page_of
from twofifty.compose.mime.error import MimeError
from twofifty.compose.mime.identity import message_id
from twofifty.compose.mime.mail import Mail
from twofifty.compose.mime.mailbox import Mailbox
from twofifty.compose.mime.write import write

__all__ = [
    "Body",
    "Mail",
    "Mailbox",
    "MimeError",
    "ascii_domain",
    "body",
    "body_of",
    "body_of_lines",
    "is_foreign",
    "message_id",
    "page_of",
    "write",
]
