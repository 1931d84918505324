"""A mail taken apart for looking at, and its HTML made fit for a sandbox. Pure."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import msgspec

_DARK = re.compile(rb"\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
_LIGHT = re.compile(rb"\(\s*prefers-color-scheme\s*:\s*light\s*\)", re.IGNORECASE)
_SCHEME = re.compile(
    rb"""(color-schemes?["']?\s*(?::|content=)\s*["']?)light\s+dark\b""", re.IGNORECASE
)
_ALWAYS, _NEVER = b"(min-width: 0px)", b"(max-width: 0px)"

SHOWN = 262_144
"""Bytes of a raw mail that a page shows; the rest is in the download."""


class Anatomy(msgspec.Struct, frozen=True):
    """What a person wants to see of a mail. `html` and `text` are None where there is none."""

    headers: tuple[tuple[str, str], ...]
    html: str | None
    text: str | None
    raw: str
    size: int


class Short(msgspec.Struct, frozen=True):
    """What a short message (SMS, push, webhook) says; `raw` is its JSON, for people."""

    text: str
    raw: str


class _Alert(msgspec.Struct):
    text: str = ""


def short(content: bytes) -> Short:
    """Any bytes give an answer, as of a mail."""
    try:
        said = msgspec.json.decode(content, type=_Alert)
        return Short(said.text, msgspec.json.format(content, indent=2).decode())
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Short("", content[:SHOWN].decode("utf-8", "replace"))


def taken_apart(content: bytes) -> Anatomy:
    """Any bytes give an answer: what cannot be decoded is shown with replacement characters."""
    mail = message_from_bytes(content, policy=default)
    return Anatomy(
        headers=_headers(content),
        html=_part(mail, "html"),
        text=_part(mail, "plain"),
        raw=content[:SHOWN].decode("utf-8", "replace"),
        size=len(content),
    )


def _headers(content: bytes) -> tuple[tuple[str, str], ...]:
    """Name and unfolded value, as they stand."""
    block = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0].decode("utf-8", "replace")
    lines = re.sub(r"\r?\n[ \t]+", " ", block).splitlines()
    return tuple((name, value.strip()) for name, colon, value in _split(lines) if colon)


def _split(lines: list[str]) -> list[tuple[str, str, str]]:
    return [line.partition(":") for line in lines]


def _part(mail: EmailMessage, subtype: str) -> str | None:
    for part in mail.walk():
        if part.get_content_type() == f"text/{subtype}" and not part.is_attachment():
            return _decoded(part)
    return None


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    plain = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset("utf-8")
    try:
        return plain.decode(charset, "replace")
    except LookupError:
        return plain.decode("utf-8", "replace")


def preview(html: str, *, dark: bool) -> bytes:
    """The HTML with its colour scheme decided, whatever the reader's own is."""
    content = html.encode("utf-8", "replace")
    content = _DARK.sub(_ALWAYS if dark else _NEVER, content)
    content = _LIGHT.sub(_NEVER if dark else _ALWAYS, content)
    return _SCHEME.sub(rb"\1dark" if dark else rb"\1light", content)


def preview_policy(*, images: bool) -> str:
    """The CSP of a previewed mail: no script, no form, no frame; remote images only if asked."""
    sources = "data: https: http:" if images else "data:"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {sources}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
    )
