"""HTML, or anything like it -> tags, comments and text, each with its place. Never fails.

One pass, linear in the length of whatever comes. No tree: who needs one keeps a stack.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

# Their content is text up to their end tag (HTML, 13.1.2: raw text and escapable raw text).
RAW_TEXT: Final = frozenset(("style", "script", "title", "textarea", "xmp", "iframe", "noembed"))
VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<[!?](?P<declaration>[^>]*+)(?:>|\Z)"
    r"|</(?P<close>[a-zA-Z][^\s/>]*+)[^>]*+(?:>|\Z)"
    r"|<(?P<open>[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?:[^>\"']|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+)(?:>|\Z)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s\"'<>/=]++)"
    r"(?P<set>\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"?|'(?P<single>[^']*+)'?|(?P<bare>[^\s>]++)))?"
)


class Attribute(msgspec.Struct, frozen=True):
    """An attribute: its name in small letters, its value as written without quotes, None where it
    has none, where it begins and ends, and where its value begins."""

    name: str
    value: str | None
    start: int
    end: int
    value_at: int


class Start(msgspec.Struct, frozen=True):
    """A start tag. `whole`: it ends with its `>`. `closed`: it is written `<name />`."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int
    closed: bool
    whole: bool

    def get(self, name: str) -> str | None:
        """The value of the first attribute of that name; empty for one without a value."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute.value or ""
        return None


class End(msgspec.Struct, frozen=True):
    """An end tag."""

    name: str
    start: int
    end: int


class Text(msgspec.Struct, frozen=True):
    """Text, as written."""

    text: str
    start: int
    end: int


class Comment(msgspec.Struct, frozen=True):
    """A comment, without its signs. `whole`: it ends."""

    text: str
    start: int
    end: int
    whole: bool


class Declaration(msgspec.Struct, frozen=True):
    """`<!doctype html>` and all that begins like it."""

    text: str
    start: int
    end: int


Token = Start | End | Text | Comment | Declaration


def tokens(source: str, raw: frozenset[str] = RAW_TEXT) -> Iterator[Token]:
    """All of `source`, in order. `raw`: elements whose content is text up to their end tag."""
    at = 0
    while found := _TOKEN.search(source, at):
        if found.start() > at:
            yield Text(source[at : found.start()], at, found.start())
        token = _token(found)
        yield token
        at = found.end()
        if isinstance(token, Start) and token.name in raw and not token.closed:
            end = _raw_end(source, token.name, at)
            if end > at:
                yield Text(source[at:end], at, end)
            at = end
    if at < len(source):
        yield Text(source[at:], at, len(source))


def _token(found: re.Match[str]) -> Token:
    start, end = found.span()
    if found["open"] is not None:
        return _start(found)
    if found["close"] is not None:
        return End(found["close"].lower(), start, end)
    if found["comment"] is not None:
        return Comment(found["comment"], start, end, found[0].endswith("-->"))
    return Declaration(found["declaration"], start, end)


def _start(found: re.Match[str]) -> Start:
    written = found["attributes"]
    attributes = _attributes(written, found.start("attributes")) if written.strip("/ ") else ()
    return Start(
        found["open"].lower(),
        attributes,
        found.start(),
        found.end(),
        written.endswith("/"),
        found[0].endswith(">"),
    )


def _attributes(written: str, offset: int) -> tuple[Attribute, ...]:
    return tuple(_attribute(one, offset) for one in _ATTRIBUTE.finditer(written))


def _attribute(one: re.Match[str], offset: int) -> Attribute:
    start, end = one.start() + offset, one.end() + offset
    for kind in ("double", "single", "bare"):
        if one[kind] is not None:
            return Attribute(one["name"].lower(), one[kind], start, end, one.start(kind) + offset)
    return Attribute(one["name"].lower(), None, start, end, end)


def _raw_end(source: str, name: str, at: int) -> int:
    found = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(source, at)
    return found.start() if found else len(source)
