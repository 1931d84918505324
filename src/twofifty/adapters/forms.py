"""A request's body as a document: JSON, or a form (URL-encoded, or in parts) as one object.

Of a field that stands there twice the first counts: Mailgun puts its own before its customers'.
"""

import re
from email import message_from_bytes
from email.message import Message
from urllib.parse import parse_qsl

from twofifty.errors import BadInput, Problem
from twofifty.intake import strict

_FORM = re.compile(rb"\s*[\w.%+~\[\]-]{1,200}=[^\r\n]*\s*", re.ASCII)
_BOUNDARY = re.compile(rb"\s*--([^\r\n]{1,70}?)[ \t]*\r?\n")
_MOST_FIELDS = 1_000
_LONGEST_FIELD = 100_000


def document(body: bytes) -> object:
    """What `intake.strict.tree` makes of JSON; of a form its fields and their texts.

    Raises BadInput: 400 neither, 413 over 1 MiB, 422 outrageous."""
    strict.checked_size(len(body))
    if _FORM.fullmatch(body):
        return _encoded(body)
    if boundary := _BOUNDARY.match(body):
        return _in_parts(boundary[1], body)
    return strict.tree(body)


def _encoded(body: bytes) -> dict[str, object]:
    try:
        pairs = parse_qsl(
            body.decode("ascii").strip(), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except (UnicodeDecodeError, ValueError):
        raise _unreadable("write a form's fields percent-encoded, at most 1,000") from None
    return _firsts(pairs)


def _in_parts(boundary: bytes, body: bytes) -> dict[str, object]:
    """A form in parts (RFC 7578); files in it are passed over."""
    head = b'content-type: multipart/form-data; boundary="' + boundary.replace(b'"', b"") + b'"'
    message = message_from_bytes(head + b"\r\n\r\n" + body.lstrip())
    parts = message.get_payload()
    if not isinstance(parts, list):
        raise _unreadable("it begins like a form in parts and is none")
    named = ((_named(part), part) for part in parts[:_MOST_FIELDS] if isinstance(part, Message))
    pairs = [(name, _text(part)) for name, part in named if name]
    if not pairs:
        raise _unreadable("no part of the form has a name")
    return _firsts(pairs)


def _named(part: Message) -> str:
    if part.get_filename() is not None:
        return ""
    found = part.get_param("name", header="content-disposition")
    return found if isinstance(found, str) else ""


def _text(part: Message) -> str:
    held = part.get_payload(decode=True)
    return held.decode("utf-8", "replace")[:_LONGEST_FIELD] if isinstance(held, bytes) else ""


def _firsts(pairs: list[tuple[str, str]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def _unreadable(message: str) -> BadInput:
    return BadInput(400, "the body is neither JSON nor a form", (Problem("body", message),))
