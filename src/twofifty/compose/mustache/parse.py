"""Tokens -> tree. Every error says where it is and how to mend it."""

from collections.abc import Callable, Iterable

import msgspec

from twofifty.compose.mustache.error import TemplateError
from twofifty.compose.mustache.scan import Tag, scan
from twofifty.compose.mustache.tree import LineStart, Node, Partial, Section, Text, Value

MAX_DEPTH = 64
MAX_PARTS = 32


def parse(source: str, template: str = "template") -> tuple[Node, ...]:
    """The nodes of `source`; `template` names it in errors. Raises `TemplateError`."""
    return _Parser().run(scan(source, template))


class _Open(msgspec.Struct):
    """A section that waits for its closing tag."""

    tag: Tag
    name: tuple[str, ...]
    children: list[Node]


class _Parser:
    """A stack of open sections; the tag's sigil chooses the step."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.open: list[_Open] = []
        self.steps: dict[str, Callable[[Tag], None]] = {
            "": self._value,
            "{": self._value,
            "&": self._value,
            "#": self._begin,
            "^": self._begin,
            "/": self._end,
            ">": self._partial,
            "!": self._nothing,
            "=": self._nothing,
            "<": self._inheritance,
            "$": self._inheritance,
        }

    def run(self, tokens: Iterable[Text | LineStart | Tag]) -> tuple[Node, ...]:
        for token in tokens:
            if isinstance(token, Tag):
                self.steps[token.kind](token)
            else:
                self._add(token)
        if self.open:
            tag = self.open[-1].tag
            raise TemplateError(
                f"this section is never closed; add {{{{/{tag.body}}}}}",
                tag.place,
            )
        return tuple(self.nodes)

    def _add(self, node: Node) -> None:
        (self.open[-1].children if self.open else self.nodes).append(node)

    def _value(self, tag: Tag) -> None:
        self._add(Value(_name(tag), tag.kind != "", tag.place))

    def _begin(self, tag: Tag) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise TemplateError(
                f"sections are nested deeper than {MAX_DEPTH}; use fewer levels", tag.place
            )
        self.open.append(_Open(tag, _name(tag), []))

    def _end(self, tag: Tag) -> None:
        if not self.open:
            raise TemplateError(
                f"{{{{/{tag.body}}}}} closes a section that was never opened; "
                f"remove it or open {{{{#{tag.body}}}}} before it",
                tag.place,
            )
        section = self.open.pop()
        if _name(tag) != section.name:
            raise TemplateError(
                f"{{{{/{tag.body}}}}} stands where {{{{/{section.tag.body}}}}} must close the "
                f"section of line {section.tag.place.line}; close the inner section first",
                tag.place,
            )
        inverted = section.tag.kind == "^"
        children = tuple(section.children)
        self._add(Section(section.name, inverted, children, section.tag.place))

    def _partial(self, tag: Tag) -> None:
        if tag.body.startswith("*"):
            raise TemplateError("a partial's name cannot be a variable; write it out", tag.place)
        if not tag.body or any(map(str.isspace, tag.body)):
            raise TemplateError("give the partial a name without spaces", tag.place)
        self._add(Partial(tag.body, tag.indent, tag.place))

    def _nothing(self, tag: Tag) -> None:
        """Comments and delimiters leave no node."""

    def _inheritance(self, tag: Tag) -> None:
        raise TemplateError(
            f"{{{{{tag.kind}...}}}} (template inheritance) is not available; use a partial",
            tag.place,
        )


def _name(tag: Tag) -> tuple[str, ...]:
    if tag.body == ".":
        return ()
    if not tag.body:
        raise TemplateError("this tag is empty; write a name in it", tag.place)
    if any(map(str.isspace, tag.body)):
        raise TemplateError(
            f"a name has no spaces: {tag.body[:40]!r}; is a closing delimiter missing?", tag.place
        )
    parts = tuple(tag.body.split("."))
    if not all(parts):
        raise TemplateError(f"{tag.body[:40]!r} has a dot too many; write a.b", tag.place)
    if len(parts) > MAX_PARTS:
        raise TemplateError(f"a dotted name has at most {MAX_PARTS} parts", tag.place)
    return parts
