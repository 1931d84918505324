"""Bodies of requests and answers: JSON out, typed JSON in."""

from typing import TypeVar

import msgspec

from twofifty.adapters.mail_api.mail import Parts, Unfit
from twofifty.compose.mime import Mailbox

Value = TypeVar("Value")

JSON = {"content-type": "application/json"}


def encoded(value: object) -> bytes:
    """As JSON in UTF-8."""
    return msgspec.json.encode(value)


def decoded(body: bytes, kind: type[Value]) -> Value | None:
    """The answer as that kind, None where it is none."""
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def named(mailbox: Mailbox, address: str = "email", name: str = "name") -> dict[str, str]:
    """A mailbox as an object, its name only where it has one."""
    return {address: mailbox.address, **({name: mailbox.name} if mailbox.name else {})}


def written(mailbox: Mailbox) -> str:
    """A mailbox as one string: the name always quoted, in Unicode (RFC 5322 3.4)."""
    if not mailbox.name:
        return mailbox.address
    quoted = mailbox.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{mailbox.address}>'


def without(headers: tuple[tuple[str, str], ...], *names: str) -> tuple[tuple[str, str], ...]:
    """The headers but for those that the provider sets itself; `names` in small letters."""
    return tuple(pair for pair in headers if pair[0].lower() not in names)


def marked(parts: Parts, *marks: str) -> Unfit | None:
    """Whether a text holds what this provider would take for a place to fill in."""
    texts = (parts.subject, parts.text, parts.html, *(value for _, value in parts.headers))
    found = next((mark for mark in marks if any(mark in text for text in texts)), None)
    if found is None:
        return None
    return Unfit(f"The message holds {found}, which the provider would replace.")


def ascii_addresses(parts: Parts) -> Unfit | None:
    """Whether an address needs what this provider does not have: letters beyond ASCII."""
    if not parts.to.address.isascii():
        return Unfit("The provider takes no address of a recipient beyond ASCII.", "recipient")
    if not parts.sender.address.isascii():
        return Unfit("The provider takes no address of a sender beyond ASCII.", "sender")
    return None
