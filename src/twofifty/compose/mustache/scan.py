"""Template text -> text and tags, with the rule for tags that have a line for themselves.

Mustache specification, "Standalone": a section, comment, partial or delimiter tag that is alone on
its line takes the line's white space and newline with it.
"""

import re
from collections.abc import Iterator

import msgspec

from twofifty.compose.context.place import Place
from twofifty.compose.mustache.error import TemplateError
from twofifty.compose.mustache.tree import LineStart, Text

LINE_START = LineStart()
KINDS = frozenset("#^/!>={&<$")
MAY_STAND_ALONE = frozenset("#^/!>=")
INNER_CLOSE = {"{": "}", "=": "="}
REST_OF_LINE = re.compile(r"[ \t]*(?:\r?\n|\Z)")
LINE_INDENT = re.compile(r"[ \t]*\Z")


class Tag(msgspec.Struct, frozen=True):
    """One tag: its sigil ("" for a variable), what stands in it, its place.

    `indent` is the white space before a tag that is alone on its line, None for any other.
    """

    kind: str
    body: str
    place: Place
    indent: str | None = None


def scan(source: str, template: str) -> Iterator[Text | LineStart | Tag]:
    """The tokens of `source`; `template` names it in errors. Raises `TemplateError`."""
    return _Scanner(source, template).tokens()


class _Scanner:
    """Reads the source once from left to right, and counts lines on the way."""

    def __init__(self, source: str, template: str) -> None:
        self.source = source
        self.template = template
        self.open, self.close = "{{", "}}"
        self.at = 0
        self.line = 1
        self.line_begin = 0

    def tokens(self) -> Iterator[Text | LineStart | Tag]:
        while (start := self.source.find(self.open, self.at)) >= 0:
            begin = self.at
            self._advance(start)
            tag, end = self._tag()
            after_line = self._alone(begin, tag.kind, end)
            if after_line:
                yield from _lines(self.source, begin, self.line_begin)
                yield msgspec.structs.replace(tag, indent=self.source[self.line_begin : start])
            else:
                yield from _lines(self.source, begin, start)
                yield from [LINE_START] * (start == self.line_begin)
                yield tag
            self._advance(after_line or end)
        yield from _lines(self.source, self.at, len(self.source))

    def _advance(self, to: int) -> None:
        newlines = self.source.count("\n", self.at, to)
        if newlines:
            self.line += newlines
            self.line_begin = self.source.rfind("\n", self.at, to) + 1
        self.at = to

    def _tag(self) -> tuple[Tag, int]:
        """The tag that opens here and the index after it."""
        place = Place(self.template, self.line, self.at - self.line_begin + 1)
        body_at = self.at + len(self.open)
        while self.source[body_at : body_at + 1].isspace():
            body_at += 1
        sigil = self.source[body_at : body_at + 1]
        kind = sigil if sigil in KINDS else ""
        closing = INNER_CLOSE.get(kind, "") + self.close
        end = self.source.find(closing, body_at + len(kind))
        if end < 0:
            raise TemplateError(f"this tag is never closed; add {closing}", place)
        tag = Tag(kind, self.source[body_at + len(kind) : end].strip(), place)
        if kind == "=":
            self._set_delimiters(tag)
        return tag, end + len(closing)

    def _set_delimiters(self, tag: Tag) -> None:
        pair = tag.body.split()
        if len(pair) != 2 or "=" in tag.body:
            raise TemplateError(
                "write two delimiters with a space between and without =, as in {{=<% %>=}}",
                tag.place,
            )
        self.open, self.close = pair

    def _alone(self, begin: int, kind: str, end: int) -> int:
        """The index after the line if the tag is alone on it, else 0."""
        if kind not in MAY_STAND_ALONE or begin > self.line_begin:
            return 0
        if not LINE_INDENT.match(self.source, self.line_begin, self.at):
            return 0
        rest = REST_OF_LINE.match(self.source, end)
        return rest.end() if rest else 0


def _lines(source: str, begin: int, end: int) -> Iterator[Text | LineStart]:
    """source[begin:end] line by line, each line's begin marked."""
    while begin < end:
        if begin == 0 or source[begin - 1] == "\n":
            yield LINE_START
        stop = source.find("\n", begin, end) + 1 or end
        yield Text(source[begin:stop])
        begin = stop
