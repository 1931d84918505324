"""A rendered mail's HTML as a flat tree: elements in order, each knows its parent.

Reading never fails and is linear; what is broken is noted in `faults`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Final, Literal

import msgspec

from twofifty.compose.mjml.token import VOID, Comment, Declaration, End, Start, Text, tokens

MAX_DEPTH: Final = 256
MAX_FAULTS: Final = 1000
# A mail of 102 KB has a few thousand; of a longer one the rest is not read.
MAX_ELEMENTS: Final = 10_000
# An element that ends without an end tag, and the start tags that end it (HTML, 13.1.2.4).
_ENDED_BY: Final = {
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "p": frozenset(
        "address article aside blockquote center details div dl fieldset figure footer form h1 h2 "
        "h3 h4 h5 h6 header hr main menu nav ol p pre section table ul".split()
    ),
    "td": frozenset(("td", "th", "tr", "tbody", "thead", "tfoot")),
    "th": frozenset(("td", "th", "tr", "tbody", "thead", "tfoot")),
    "tr": frozenset(("tr", "tbody", "thead", "tfoot")),
    "tbody": frozenset(("tbody", "thead", "tfoot")),
    "thead": frozenset(("tbody", "tfoot")),
    "option": frozenset(("option", "optgroup")),
}
_OPTIONAL: Final = frozenset((*_ENDED_BY, "html", "head", "body", "tfoot", "colgroup"))
_UNREAD: Final = frozenset(("style", "script", "title", "textarea", "head", "noscript"))

FaultKind = Literal["unclosed", "stray", "deep", "tag", "comment", "many"]


class Element(msgspec.Struct, frozen=True):
    """`parent`: its index in the page's elements, -1 for none."""

    name: str
    attributes: dict[str, str]
    index: int
    parent: int
    start: int

    def get(self, name: str) -> str:
        """The value of an attribute, empty for none."""
        return self.attributes.get(name, "")


class Piece(msgspec.Struct, frozen=True):
    """Text as a reader reads it, and the element that it stands in."""

    text: str
    parent: int
    start: int


class Fault(msgspec.Struct, frozen=True):
    """Something that is broken: the element's name and its place."""

    kind: FaultKind
    name: str
    start: int


class Page(msgspec.Struct, frozen=True):
    """`raw`: the texts of style sheets, scripts and titles."""

    source: str
    elements: tuple[Element, ...]
    texts: tuple[Piece, ...]
    raw: tuple[Piece, ...]
    comments: tuple[Comment, ...]
    doctype: str | None
    faults: tuple[Fault, ...]
    lines: tuple[int, ...]

    def place(self, index: int) -> tuple[int, int]:
        """Line and column of a character, from 1."""
        line = bisect_right(self.lines, index)
        return line, index - self.lines[line - 1] + 1

    def named(self, *names: str) -> list[Element]:
        """The elements of these names, in order."""
        return [element for element in self.elements if element.name in names]

    def above(self, index: int) -> Iterator[Element]:
        """An element and those that it stands in, the innermost first; none for -1."""
        while index >= 0:
            yield self.elements[index]
            index = self.elements[index].parent

    def raw_of(self, name: str) -> list[tuple[Element, Piece]]:
        """The style sheets, scripts or titles with their texts."""
        owners = ((self.elements[piece.parent], piece) for piece in self.raw)
        return [(owner, piece) for owner, piece in owners if owner.name == name]


def read(source: str) -> Page:
    """The page of a source."""
    reading = _Reading()
    for token in tokens(source):
        reading.take(token)
        if len(reading.elements) >= MAX_ELEMENTS:
            reading.stop(token.start)
            break
    else:
        reading.finish()
    lines = [0]
    at = source.find("\n")
    while at >= 0:
        lines.append(at + 1)
        at = source.find("\n", at + 1)
    return Page(
        source,
        tuple(reading.elements),
        tuple(reading.texts),
        tuple(reading.raw),
        tuple(reading.comments),
        reading.doctype,
        tuple(reading.faults),
        tuple(lines),
    )


def _values(token: Start) -> dict[str, str]:
    """The attributes, of each the first."""
    values: dict[str, str] = {}
    for one in token.attributes:
        values.setdefault(one.name, unescape(one.value or ""))
    return values


def _is_empty(token: Start) -> bool:
    """Whether nothing stands in it: a void element, or a foreign one that is closed at once."""
    return token.name in VOID or (token.closed and ":" in token.name)


class _Reading:
    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.texts: list[Piece] = []
        self.raw: list[Piece] = []
        self.comments: list[Comment] = []
        self.faults: list[Fault] = []
        self.doctype: str | None = None
        self.open: list[Element] = []
        self.counts: Counter[str] = Counter()

    def take(self, token: Start | End | Text | Comment | Declaration) -> None:
        match token:
            case Start():
                self._start(token)
            case End():
                self._end(token)
            case Text():
                self._text(token)
            case Comment():
                self._comment(token)
            case Declaration() if self.doctype is None and token.text[:7].lower() == "doctype":
                self.doctype = token.text

    def stop(self, start: int) -> None:
        self.faults.insert(0, Fault("many", "", start))

    def finish(self) -> None:
        for element in self.open:
            self._left(element)

    @property
    def _parent(self) -> int:
        return self.open[-1].index if self.open else -1

    def _start(self, token: Start) -> None:
        while self.open and token.name in _ENDED_BY.get(self.open[-1].name, ()):
            self._close()
        place = len(self.elements)
        element = Element(token.name, _values(token), place, self._parent, token.start)
        self.elements.append(element)
        if not token.whole:
            self._fault("tag", token.name, token.start)
        if not _is_empty(token):
            self._open(element)

    def _open(self, element: Element) -> None:
        if len(self.open) >= MAX_DEPTH:
            self._fault("deep", element.name, element.start)
            return
        self.open.append(element)
        self.counts[element.name] += 1

    def _end(self, token: End) -> None:
        if not self.counts[token.name]:
            if token.name not in VOID and len(self.open) < MAX_DEPTH:
                self._fault("stray", token.name, token.start)
            return
        while self.open[-1].name != token.name:
            self._left(self._close())
        self._close()

    def _close(self) -> Element:
        element = self.open.pop()
        self.counts[element.name] -= 1
        return element

    def _left(self, element: Element) -> None:
        if element.name not in _OPTIONAL:
            self._fault("unclosed", element.name, element.start)

    def _fault(self, kind: FaultKind, name: str, start: int) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(kind, name, start))

    def _text(self, token: Text) -> None:
        if self.open and self.open[-1].name in _UNREAD:
            self.raw.append(Piece(token.text, self._parent, token.start))
        elif token.text.strip():
            self.texts.append(Piece(unescape(token.text), self._parent, token.start))

    def _comment(self, token: Comment) -> None:
        self.comments.append(token)
        if not token.whole:
            self._fault("comment", "!--", token.start)
