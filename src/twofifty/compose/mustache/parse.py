"""Tokens -> tree. Every problem says where it is and how to mend it, and reading goes on."""

from collections.abc import Callable

import msgspec

from twofifty.compose.context.error import TemplateProblem, refused
from twofifty.compose.context.place import Place
from twofifty.compose.mustache.indent import replacement
from twofifty.compose.mustache.limits import MAX_DEPTH, MAX_PARTS, MAX_PROBLEMS
from twofifty.compose.mustache.scan import LINE_START, Tag, Wrong, scan
from twofifty.compose.mustache.tree import (
    Block,
    Dynamic,
    Node,
    Parent,
    Partial,
    Section,
    Text,
    Value,
)


class Parsed(msgspec.Struct, frozen=True):
    """A tree, and what was wrong with its source: with problems the tree is of no use."""

    nodes: tuple[Node, ...]
    problems: tuple[TemplateProblem, ...]


def parse(source: str, template: str = "template") -> tuple[Node, ...]:
    """The nodes of `source`; `template` names it in errors. Raises `TemplateError`."""
    parsed = read(source, template)
    if parsed.problems:
        raise refused(parsed.problems)
    return parsed.nodes


def read(source: str, template: str) -> Parsed:
    """The nodes of `source`, and all its problems."""
    return _Parser().run(source, template)


class _Open(msgspec.Struct):
    """A section, parent or block that waits for its closing tag."""

    tag: Tag
    children: list[Node]


class _Parser:
    """A stack of open tags; the tag's sigil chooses the step."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.open: list[_Open] = []
        self.problems: list[TemplateProblem] = []
        self.forgiven: list[str] = []
        self.steps: dict[str, Callable[[Tag], None]] = {
            "": self._value,
            "{": self._value,
            "&": self._value,
            "#": self._begin,
            "^": self._begin,
            "<": self._begin,
            "$": self._begin,
            "/": self._end,
            ">": self._partial,
            "!": self._nothing,
            "=": self._nothing,
        }

    def run(self, source: str, template: str) -> Parsed:
        for token in scan(source, template):
            if isinstance(token, Tag):
                self.steps[token.kind](token)
            elif isinstance(token, Wrong):
                self.problems.append(token.problem)
            else:
                self._add(token)
            if len(self.problems) >= MAX_PROBLEMS:
                return Parsed((), tuple(self.problems))
        for section in self.open:
            body = section.tag.body
            self._wrong(section.tag, f"this section is never closed; add {{{{/{body}}}}}")
        return Parsed(tuple(self.nodes), tuple(self.problems))

    def _add(self, node: Node) -> None:
        (self.open[-1].children if self.open else self.nodes).append(node)

    def _wrong(self, tag: Tag, message: str) -> None:
        self.problems.append(TemplateProblem(tag.place, message))

    def _named(self, tag: Tag, body: str) -> tuple[str, ...]:
        """The parts of a dotted name; one that is none is noted, and the tag left out."""
        name = _name(body, tag.place)
        if isinstance(name, TemplateProblem):
            self.problems.append(name)
            return ()
        return name

    def _value(self, tag: Tag) -> None:
        self._add(Value(self._named(tag, tag.body), tag.kind != "", tag.place))

    # Sections, parents and blocks

    def _begin(self, tag: Tag) -> None:
        if len(self.open) == MAX_DEPTH:
            self._wrong(tag, f"sections are nested deeper than {MAX_DEPTH}; use fewer levels")
        if tag.kind in "<$":
            self._check_file_name(tag, tag.body)
        else:
            self._named(tag, tag.body)
        self.open.append(_Open(tag, []))

    def _end(self, tag: Tag) -> None:
        if tag.body in self.forgiven:
            self.forgiven.remove(tag.body)
        elif not self.open:
            self._wrong(
                tag,
                f"{{{{/{tag.body}}}}} closes a section that was never opened; "
                f"remove it or open {{{{#{tag.body}}}}} before it",
            )
        elif self.open[-1].tag.body != tag.body:
            self._crossed(tag)
        else:
            self._close(tag)

    def _crossed(self, tag: Tag) -> None:
        """Another section must be closed first. Those in between are taken to be closed here."""
        inner = self.open[-1].tag
        self._wrong(
            tag,
            f"{{{{/{tag.body}}}}} stands where {{{{/{inner.body}}}}} must close the "
            f"section of line {inner.place.line}; close the inner section first",
        )
        if any(section.tag.body == tag.body for section in self.open):
            while self.open[-1].tag.body != tag.body:
                self.forgiven.append(self.open.pop().tag.body)
            self._close(tag)

    def _close(self, end: Tag) -> None:
        opened = self.open.pop()
        tag, children = opened.tag, tuple(opened.children)
        if tag.kind == "<":
            self._parent(tag, children, alone=end.alone)
        elif tag.kind == "$":
            block = Block(tag.body, children, tag.indent or "", tag.alone, tag.place)
            self._add(block)
        else:
            name = _name(tag.body, tag.place)
            if not isinstance(name, TemplateProblem):
                self._add(Section(name, tag.kind == "^", children, tag.place))

    def _parent(self, tag: Tag, children: tuple[Node, ...], *, alone: bool) -> None:
        """All that a parent holds apart from blocks has no meaning. Of two of a name the last
        counts."""
        blocks = {child.name: replacement(child) for child in children if isinstance(child, Block)}
        if tag.indent is not None and not alone:
            self._add(LINE_START)
            self._add(Text(tag.indent))
        indent = tag.indent if alone else None
        self._add(Parent(tag.body, tuple(blocks.values()), indent, tag.place))

    # Partials

    def _partial(self, tag: Tag) -> None:
        if tag.body.startswith("*"):
            name = self._named(tag, tag.body[1:].strip())
            self._add(Dynamic(name, tag.indent, tag.place))
        elif self._check_file_name(tag, tag.body):
            self._add(Partial(tag.body, tag.indent, tag.place))

    def _check_file_name(self, tag: Tag, body: str) -> bool:
        is_name = bool(body) and not any(map(str.isspace, body))
        if not is_name:
            what = "block" if tag.kind == "$" else "partial"
            self._wrong(tag, f"give the {what} a name without spaces")
        return is_name

    def _nothing(self, tag: Tag) -> None:
        """Comments and delimiters leave no node."""


def _name(body: str, place: Place) -> tuple[str, ...] | TemplateProblem:
    if body == ".":
        return ()
    parts = tuple(body.split("."))
    message = ""
    if not body:
        message = "this tag is empty; write a name in it"
    elif any(map(str.isspace, body)):
        message = f"a name has no spaces: {body[:40]!r}; is a closing delimiter missing?"
    elif not all(parts):
        message = f"{body[:40]!r} has a dot too many; write a.b"
    elif len(parts) > MAX_PARTS:
        message = f"a dotted name has at most {MAX_PARTS} parts"
    return TemplateProblem(place, message) if message else parts
