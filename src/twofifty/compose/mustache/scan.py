"""Template text -> text and tags, with the rule for tags that have a line for themselves.

Mustache specification, "Standalone": a section, comment, partial or delimiter tag that is alone on
its line takes the line's white space and newline with it. Tags of inheritance may share that line.
"""

import re
from collections.abc import Iterator

import msgspec

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.context.place import Place
from twofifty.compose.mustache.limits import MAX_TAGS
from twofifty.compose.mustache.tree import LineStart, Text

LINE_START = LineStart()
KINDS = frozenset("#^/!>={&<$")
OPENING = frozenset("#^<$")
MAY_STAND_ALONE = frozenset("#^/!>=")
INNER_CLOSE = {"{": "}", "=": "="}
REST_OF_LINE = re.compile(r"[ \t]*(?:\r?\n|\Z)")
LINE_INDENT = re.compile(r"[ \t]*\Z")


class Tag(msgspec.Struct, frozen=True):
    """One tag: its sigil ("" for a variable), what stands in it, its place.

    `indent` is the white space before a tag that is alone on its line, None for any other. A block
    that is not `alone` has one too where nothing but white space stands before it.
    """

    kind: str
    body: str
    place: Place
    indent: str | None = None
    alone: bool = False


class Wrong(msgspec.Struct, frozen=True):
    """A tag that is none, and why."""

    problem: TemplateProblem


Token = Text | LineStart | Tag | Wrong


class _Open(msgspec.Struct):
    """A tag that waits for its closing tag."""

    kind: str
    indent: str | None
    alone: bool


def scan(source: str, template: str) -> Iterator[Token]:
    """The tokens of `source`; `template` names it in problems."""
    return _Scanner(source, template).tokens()


class _Scanner:
    """Reads the source once from left to right, and counts lines on the way.

    `blank_to`: the end of the last tag of inheritance that has only such before it on its line.
    """

    def __init__(self, source: str, template: str) -> None:
        self.source = source
        self.template = template
        self.open, self.close = "{{", "}}"
        self.at = 0
        self.line = 1
        self.line_begin = 0
        self.blank_to = 0
        self.opened: list[_Open] = []

    def tokens(self) -> Iterator[Token]:
        tags = 0
        while (start := self.source.find(self.open, self.at)) >= 0:
            begin = self.at
            self._advance(start)
            tag, end = self._tag()
            tags += 1
            if end == 0 or tags > MAX_TAGS:
                message = f"a template has at most {MAX_TAGS:,} tags; cut it into partials"
                yield Wrong(TemplateProblem(tag.place, tag.body if end == 0 else message))
                return
            yield from self._around(begin, tag, end)
        yield from _lines(self.source, self.at, len(self.source))

    def _advance(self, to: int) -> None:
        newlines = self.source.count("\n", self.at, to)
        if newlines:
            self.line += newlines
            self.line_begin = self.source.rfind("\n", self.at, to) + 1
        self.at = to

    def _tag(self) -> tuple[Tag, int]:
        """The tag that opens here and the index after it; 0 and a message if it never closes."""
        place = Place(self.template, self.line, self.at - self.line_begin + 1)
        body_at = self.at + len(self.open)
        while self.source[body_at : body_at + 1].isspace():
            body_at += 1
        sigil = self.source[body_at : body_at + 1]
        kind = sigil if sigil in KINDS else ""
        closing = INNER_CLOSE.get(kind, "") + self.close
        end = self.source.find(closing, body_at + len(kind))
        if end < 0:
            return Tag(kind, f"this tag is never closed; add {closing}", place), 0
        return Tag(kind, self.source[body_at + len(kind) : end].strip(), place), end + len(closing)

    def _around(self, begin: int, tag: Tag, end: int) -> Iterator[Token]:
        """The text before a tag, the tag, and what its line loses."""
        if tag.kind == "=":
            yield from self._set_delimiters(tag)
        closed = self.opened.pop() if tag.kind == "/" and self.opened else None
        if tag.kind == "$":
            tag, text_to, after = self._block(tag, begin, end)
        elif tag.kind == "<":
            tag, text_to, after = self._parent(tag, begin, end)
        elif closed and closed.kind in "<$":
            tag, text_to, after = self._closing(tag, closed, begin, end)
        else:
            tag, text_to, after = self._usual(tag, begin, end)
        if tag.kind in OPENING:
            self.opened.append(_Open(tag.kind, tag.indent, tag.alone))
        yield from _lines(self.source, begin, text_to)
        inline = not tag.alone and (tag.indent is None or tag.kind == "$")
        if inline and text_to == self.at == self.line_begin:
            yield LINE_START
        yield tag
        self._advance(after)

    def _set_delimiters(self, tag: Tag) -> Iterator[Wrong]:
        pair = tag.body.split()
        if len(pair) != 2 or "=" in tag.body:
            message = "write two delimiters with a space between and without =, as in {{=<% %>=}}"
            yield Wrong(TemplateProblem(tag.place, message))
        else:
            self.open, self.close = pair

    def _usual(self, tag: Tag, begin: int, end: int) -> tuple[Tag, int, int]:
        """The tag with its indent, where the text before it ends, where what follows begins."""
        alone = tag.kind in MAY_STAND_ALONE and begin <= self.line_begin
        after = self._after_line(end) if alone and self._is_blank(self.line_begin) else 0
        if not after:
            return tag, self.at, end
        return self._indented(tag, self.line_begin), self.line_begin, after

    # Inheritance

    def _parent(self, tag: Tag, begin: int, end: int) -> tuple[Tag, int, int]:
        blank = self._blank_from(begin, end)
        if blank is None or blank != self.line_begin:
            return tag, self.at, end
        return self._indented(tag, blank), blank, end

    def _block(self, tag: Tag, begin: int, end: int) -> tuple[Tag, int, int]:
        blank = self._blank_from(begin, end)
        after = self._after_line(end)
        if blank is None:
            return tag, self.at, end
        tag = self._indented(tag, blank)
        if after <= end:
            return tag, self.at, end
        return msgspec.structs.replace(tag, alone=True), blank, after

    def _closing(self, tag: Tag, closed: _Open, begin: int, end: int) -> tuple[Tag, int, int]:
        blank, after = self._blank_from(begin, end), self._after_line(end)
        alone = msgspec.structs.replace(tag, alone=True)
        if closed.kind == "<":
            whole = after and closed.indent is not None
            return (alone, self.at, after) if whole else (tag, self.at, end)
        replaces = bool(self.opened) and self.opened[-1].kind == "<"
        if blank is None or not (replaces or (closed.alone and after)):
            return tag, self.at, end
        return alone, blank, end if replaces else after

    def _blank_from(self, begin: int, end: int) -> int | None:
        """The index from which only white space stands before the tag, on its line or behind other
        tags of inheritance; None if other things do."""
        start = max(self.line_begin, self.blank_to)
        if begin > start or not self._is_blank(start):
            return None
        self.blank_to = end
        return start

    def _is_blank(self, start: int) -> bool:
        return LINE_INDENT.match(self.source, start, self.at) is not None

    def _after_line(self, end: int) -> int:
        """The index after the line if nothing follows on it, else 0."""
        rest = REST_OF_LINE.match(self.source, end)
        return rest.end() if rest else 0

    def _indented(self, tag: Tag, start: int) -> Tag:
        return msgspec.structs.replace(tag, indent=self.source[start : self.at])


def _lines(source: str, begin: int, end: int) -> Iterator[Text | LineStart]:
    """source[begin:end] line by line, each line's begin marked."""
    while begin < end:
        if begin == 0 or source[begin - 1] == "\n":
            yield LINE_START
        stop = source.find("\n", begin, end) + 1 or end
        yield Text(source[begin:stop])
        begin = stop
