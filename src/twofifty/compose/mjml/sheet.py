"""A CSS style sheet -> rules and declarations, each with its place. Never fails.

CSS Syntax 3 as far as mails need it: comments, strings, brackets and blocks are known, and what is
broken ends where a browser would end it, or a little later.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

MAX_NESTING: Final = 8
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
# What may stand between two signs that mean something to the reader.
_INERT = re.compile(
    r"(?:[^\"'(){};\[\]\\]|\\.|\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?)++", re.DOTALL
)


class Declaration(msgspec.Struct, frozen=True):
    """`name: value`, the name in small letters, the value without `!important`."""

    name: str
    value: str
    important: bool
    start: int


class Rule(msgspec.Struct, frozen=True):
    """`prelude { ... }` or `@name prelude;`. `at`: the name of an at-rule with its @, else empty.
    `within`: the at-rules around it, outermost first, as written."""

    at: str
    prelude: str
    body: str
    within: tuple[str, ...]
    start: int
    body_at: int

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """What the rule declares; nothing where it holds rules."""
        return declarations(self.body, self.body_at)


def rules(sheet: str) -> Iterator[Rule]:
    """The rules of a sheet in order, those within others after them."""
    yield from _rules(_without_comments(sheet), 0, ())


@lru_cache(maxsize=4096)
def declarations(text: str, offset: int = 0) -> tuple[Declaration, ...]:
    """The declarations of a rule's body or a style attribute."""
    return tuple(_declarations(_without_comments(text), offset))


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: " " * len(found[0]), text)


def _rules(text: str, offset: int, within: tuple[str, ...]) -> Iterator[Rule]:
    at = 0
    while at < len(text):
        begin = at
        at, sign = _next(text, at, "{;")
        written = text[begin:at]
        prelude, start = written.strip(), offset + at - len(written.lstrip())
        name, body_at = _at_name(prelude), at + 1
        at = _next(text, body_at, "}")[0] + 1 if sign == "{" else body_at
        body = text[body_at : at - 1]
        if prelude and (sign == "{" or name):
            said = prelude[len(name) :].strip()
            yield Rule(name, said, body, within, start, offset + body_at)
        if name and "{" in body and len(within) < MAX_NESTING:
            yield from _rules(body, offset + body_at, (*within, prelude))


def _at_name(prelude: str) -> str:
    """The name of an at-rule with its @, in small letters; empty for a rule."""
    if not prelude.startswith("@"):
        return ""
    return prelude.partition(" ")[0].partition("(")[0].lower()


def _declarations(text: str, offset: int) -> Iterator[Declaration]:
    at = 0
    while at < len(text):
        begin = at
        at, _ = _next(text, at, ";")
        name, colon, value = text[begin:at].partition(":")
        said, important = _importance(value.strip())
        if colon and name.strip():
            yield Declaration(
                name.strip().lower(),
                said,
                important,
                offset + begin + len(name) - len(name.lstrip()),
            )
        at += 1


def _importance(value: str) -> tuple[str, bool]:
    if not value.lower().endswith("important"):
        return value, False
    said = value[: -len("important")].rstrip()
    return (said[:-1].rstrip(), True) if said.endswith("!") else (value, False)


def _next(text: str, at: int, wanted: str) -> tuple[int, str]:
    """The index of the next sign of `wanted` outside of brackets and strings, and the sign; the end
    of the text and nothing where there is none."""
    depth = 0
    while at < len(text):
        inert = _INERT.match(text, at)
        at = inert.end() if inert else at
        sign = text[at : at + 1]
        if depth == 0 and sign and sign in wanted:
            return at, sign
        depth += (sign in ("(", "[", "{")) - (sign in (")", "]", "}") and depth > 0)
        at += 1
    return len(text), ""
