"""A mail as the rules look at it."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from twofifty.compose.lint.cascade import Cascade
from twofifty.compose.lint.finding import Finding, Level, LintContext, Where
from twofifty.compose.lint.page import Element, Page, Piece, read
from twofifty.compose.mjml.sheet import Declaration, Rule, declarations, rules

_ZERO = re.compile(r"0(?:px|em|%|)")
_HIDING = (
    ("display", re.compile("none")),
    ("visibility", re.compile("hidden")),
    ("opacity", _ZERO),
)


class Mail:
    """Its parts, and what several rules need to know of them."""

    def __init__(self, html: str, text: str, subject: str, context: LintContext) -> None:
        self.html = html
        self.text = text
        self.subject = subject
        self.context = context

    @cached_property
    def page(self) -> Page:
        """Its HTML."""
        return read(self.html)

    @cached_property
    def cascade(self) -> Cascade:
        """Its styles."""
        return Cascade(self.page)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of all style sheets, with places in the HTML."""
        return tuple(
            Rule(
                rule.at,
                rule.prelude,
                rule.body,
                rule.within,
                rule.start + piece.start,
                rule.body_at + piece.start,
            )
            for _, piece in self.page.raw_of("style")
            for rule in rules(piece.text)
        )

    @cached_property
    def hidden(self) -> tuple[bool, ...]:
        """For each element whether it and all in it is hidden from the eye."""
        found: list[bool] = []
        for element in self.page.elements:
            inside = element.parent >= 0 and found[element.parent]
            found.append(inside or "hidden" in element.attributes or _is_hidden(element))
        return tuple(found)

    @cached_property
    def visible(self) -> tuple[Piece, ...]:
        """The texts that are seen."""
        return tuple(
            piece for piece in self.page.texts if piece.parent < 0 or not self.hidden[piece.parent]
        )

    @cached_property
    def link_words(self) -> dict[int, str]:
        """The text of each link, by its element's index."""
        found: dict[int, str] = {}
        for piece in self.page.texts:
            link = next((one for one in self.page.above(piece.parent) if one.name == "a"), None)
            if link is not None:
                found[link.index] = found.get(link.index, "") + piece.text
        return found

    def at(
        self, level: Level, code: str, message: str, start: int, element: Element | None = None
    ) -> Finding:
        """A finding at a character of the HTML."""
        line, column = self.page.place(start)
        name = element.name if element else ""
        return Finding(level, code, message, Where(self.context.name, line, column, name))

    def on(self, level: Level, code: str, message: str, element: Element) -> Finding:
        """A finding about an element."""
        return self.at(level, code, message, element.start, element)

    def whole(self, level: Level, code: str, message: str, path: str = "") -> Finding:
        """A finding about a whole part."""
        return Finding(level, code, message, Where(path or self.context.name))


LintRule = Callable[[Mail], Iterator[Finding]]


def style_of(element: Element) -> dict[str, Declaration]:
    """The declarations of an element's own style by name, the last of each."""
    return {one.name: one for one in declarations(element.get("style"))}


def _is_hidden(element: Element) -> bool:
    said = {name: one.value.lower() for name, one in style_of(element).items()}
    if _ZERO.fullmatch(said.get("max-height", "")) and said.get("overflow") == "hidden":
        return True
    return any(way.fullmatch(said.get(name, "")) for name, way in _HIDING)
