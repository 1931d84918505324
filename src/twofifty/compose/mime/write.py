"""Mail -> bytes."""

from collections.abc import Iterator
from functools import lru_cache

from twofifty.compose.mime.body import Body, body
from twofifty.compose.mime.error import MimeError
from twofifty.compose.mime.field import (
    date_field,
    folded,
    further_field,
    mailbox_field,
    text_field,
)
from twofifty.compose.mime.identity import boundary, bracketed, bracketed_reference
from twofifty.compose.mime.mail import Mail
from twofifty.compose.mime.written import Written

OWN_FIELDS = frozenset(
    "auto-submitted bcc date from in-reply-to message-id mime-version references reply-to subject"
    " to".split()
)
PART = "--{}\r\nContent-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n\r\n"


def write(mail: Mail) -> Written:
    """The mail as it goes over the wire: CRLF lines, multipart/alternative, 7-bit bodies.

    The same `Mail` gives the same bytes. Raises `MimeError` for an address, id, date or header name
    that no mail can carry; every other text is made harmless (see `clean` and `body`).
    """
    mark = boundary(mail.message_id)
    head = "\r\n".join((*_fields(mail), *_mime_fields(mark)))
    text, html = _body(mail.text), _body(mail.html)
    pieces = (
        f"{head}\r\n\r\n{PART.format(mark, 'plain', text.encoding)}".encode(),
        text.lines,
        PART.format(mark, "html", html.encoding).encode(),
        html.lines,
        f"--{mark}--\r\n".encode(),
    )
    return Written(b"".join(pieces))


def _body(part: str | Body) -> Body:
    return part if isinstance(part, Body) else body(part)


def _fields(mail: Mail) -> Iterator[str]:
    yield mailbox_field("From", mail.from_)
    yield mailbox_field("To", mail.to)
    if mail.reply_to:
        yield mailbox_field("Reply-To", mail.reply_to)
    yield text_field("Subject", mail.subject)
    yield date_field("Date", mail.date)
    yield f"Message-ID: {bracketed('Message-ID', mail.message_id)}"
    yield from _thread_fields(mail)
    for name, value in mail.headers:
        if _is_own(name):
            raise MimeError("header name", f"{name} is written from the mail itself")
        yield further_field(name, value)


@lru_cache(maxsize=256)
def _is_own(name: str) -> bool:
    return name.lower() in OWN_FIELDS or name.lower().startswith("content-")


def _thread_fields(mail: Mail) -> Iterator[str]:
    if mail.in_reply_to is not None:
        yield f"In-Reply-To: {bracketed_reference('In-Reply-To', mail.in_reply_to)}"
    if mail.references:
        ids = [bracketed_reference("References", reference) for reference in mail.references]
        yield folded("References", ids)


def _mime_fields(mark: str) -> tuple[str, ...]:
    return (
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{mark}"',
    )
