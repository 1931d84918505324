"""Where the template tags of a source stand, and the source with them blotted out.

A blotted source has the same length, so that every place in it is the place in the source; and
nothing of a tag can be taken for markup, not even the `<` of a Liquid comparison.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from twofifty.compose.context import Place, TemplateProblem, refused

Engine = Literal["mustache", "liquid"]

# Of Unicode's private use: a letter to no parser, a space to none.
BLOT: Final = "\ue0ff"
MAX_SOURCE: Final = 512 * 1024
_OPENERS: Final = {"mustache": re.compile(r"\{\{\{?"), "liquid": re.compile(r"\{\{|\{%")}
_CLOSERS: Final = {"{{{": "}}}", "{{": "}}", "{%": "%}"}
# Blocks of Liquid whose inside is no Liquid.
_BLOCK: Final = re.compile(r"\{%-?\s*(comment|raw)\s*-?%\}")
_PARTS: Final = re.compile(r"(\{\{.*?\}\}\}?|\{%.*?%\})", re.DOTALL)
_SECTIONS: Final = re.compile(r"\{\{\s*[#^/$<>&!]|\{%|\{\{\{")


class Tag(msgspec.Struct, frozen=True):
    """A template tag: its text, and where it begins and ends in the source."""

    text: str
    start: int
    end: int

    @property
    def is_value(self) -> bool:
        """Whether it writes a value and nothing else."""
        return not _SECTIONS.match(self.text)


class Source(msgspec.Struct, frozen=True):
    """A template's source, its tags, and the text with the tags blotted out."""

    name: str
    text: str
    tags: tuple[Tag, ...]
    blotted: str

    def place(self, index: int) -> Place:
        """Where a character stands."""
        before = self.text[:index]
        return Place(self.name, before.count("\n") + 1, index - before.rfind("\n"))

    def problem(self, index: int, message: str, nearest: str | None = None) -> TemplateProblem:
        """What is wrong at a character."""
        hint = f"; did you mean {nearest}?" if nearest else ""
        return TemplateProblem(self.place(index), message + hint, nearest)

    def within(self, start: int, end: int) -> list[Tag]:
        """The tags in a stretch of the source."""
        return [tag for tag in self.tags if start <= tag.start < end]


def read_tags(text: str, engine: Engine, name: str) -> Source:
    """The source with its tags. Raises `TemplateError` for one that is too large, has a tag that
    never ends, or changes its delimiters."""
    if len(text) > MAX_SOURCE:
        message = f"the source has {len(text):,} characters and may have {MAX_SOURCE:,}"
        raise refused((TemplateProblem(Place(name, 1, 1), f"{message}; cut it into partials"),))
    clean = text.replace(BLOT, "\ufffd")
    tags = tuple(_tags(clean, engine))
    source = Source(name, clean, tags, blotted(clean, tags))
    problems = _unread(source, engine)
    if problems:
        raise refused(problems)
    return source


def _tags(text: str, engine: Engine) -> Iterator[Tag]:
    """The tags of a text, up to the first that never ends."""
    at = 0
    while opener := _OPENERS[engine].search(text, at):
        start = opener.start()
        closer = _CLOSERS[opener[0]]
        end = text.find(closer, opener.end())
        if end < 0:
            return
        at = end + len(closer)
        block = _BLOCK.match(text, start) if engine == "liquid" else None
        if block:
            closing = re.compile(rf"\{{%-?\s*end{block[1]}\s*-?%\}}").search(text, at)
            if closing is None:
                return
            at = closing.end()
        yield Tag(text[start:at], start, at)


def blotted(text: str, tags: Sequence[Tag]) -> str:
    """`text` with a blot for each character of its tags."""
    out: list[str] = []
    at = 0
    for tag in tags:
        out += (text[at : tag.start], BLOT * (tag.end - tag.start))
        at = tag.end
    return "".join((*out, text[at:]))


def quoted(text: str) -> str:
    """`text` for a value in double quotes, its tags as they are."""
    parts = _PARTS.split(text)
    return "".join(
        part if place % 2 else part.replace('"', "&quot;") for place, part in enumerate(parts)
    )


def texts(text: str, engine: Engine) -> list[str]:
    """The tags of a text, in order."""
    return [tag.text for tag in _tags(text, engine)]


def _unread(source: Source, engine: Engine) -> tuple[TemplateProblem, ...]:
    left = _OPENERS[engine].search(source.blotted)
    found = [source.problem(left.start(), f"this {left[0]} is never closed")] if left else []
    if engine == "mustache":
        found += [
            source.problem(tag.start, "delimiters cannot be changed here; write tags with {{ }}")
            for tag in source.tags
            if tag.text.startswith("{{=")
        ]
    return tuple(found)
