"""The attributes of one MJML element: checked against the language, template tags taken out."""

import difflib
from collections.abc import Iterator

import msgspec

from twofifty.compose.context import TemplateProblem
from twofifty.compose.mjml.tags import BLOT, Source, quoted
from twofifty.compose.mjml.token import Attribute, Start
from twofifty.compose.mjml.unit import Unit, Units
from twofifty.compose.mjml.words import ANY, ATTRIBUTES, MAY_BE_EMPTY, MEASURED

_MEND = 'write the condition into the value: color="{{#a}}red{{/a}}{{^a}}blue{{/a}}"'


class Written(msgspec.Struct, frozen=True):
    """An attribute as it is to be: its value with all tags; without a name, tags that stand beside
    attributes."""

    name: str
    value: str
    start: int


def attributes(source: Source, start: Start, owner: str) -> Iterator[Written | TemplateProblem]:
    """The attributes of a start tag, and what is wrong with them; `owner`: whose they are, of
    `mj-all`, `mj-class` and those of the language.

    Tags around one attribute move into its value: `{{#a}}alt="b"{{/a}}` is `alt="{{#a}}b{{/a}}"`.
    """
    for one in _merged([piece for each in start.attributes for piece in _pieces(source, each)]):
        problem = _problem(source, one, owner)
        yield problem or one


def protected(one: Written, units: Units, loose: bool) -> str:
    """The attribute for the compiler."""
    return f' {one.name}="{_word(quoted(one.value), one, units, loose)}"'


def _word(value: str, one: Written, units: Units, loose: bool) -> str:
    if not _is_tagged(value):
        return value.replace("<", "&lt;")
    return units.word(Unit(value, one.start, "value", loose))


def _pieces(source: Source, one: Attribute) -> Iterator[Written]:
    """An attribute, and before it the tags that touch it."""
    name = source.blotted[one.start : one.end].partition("=")[0].strip().lower()
    bare = name.strip(BLOT)
    lead = len(name) - len(name.lstrip(BLOT))
    if lead:
        yield Written("", source.text[one.start : one.start + lead], one.start)
    if bare:
        end = one.value_at + len(one.value or "")
        yield Written(bare, source.text[one.value_at : end], one.start + lead)


def _merged(pieces: list[Written]) -> Iterator[Written]:
    at = 0
    while at < len(pieces):
        around = pieces[at : at + 3]
        if [bool(piece.name) for piece in around] == [False, True, False]:
            before, held, after = around
            both, between = _parted(after.value, pieces[at + 3 : at + 4])
            yield Written(held.name, before.value + held.value + both, before.start)
            at += 3
            if between:
                pieces[at:at] = [Written("", between, after.start)]
        else:
            yield pieces[at]
            at += 1


def _parted(after: str, rest: list[Written]) -> tuple[str, str]:
    """Tags after an attribute: those that close it, and those that open the next."""
    cut = max(after.find("{{#", 1), after.find("{{^", 1), after.find("{% if", 1))
    return (after[:cut], after[cut:]) if rest and rest[0].name and cut > 0 else (after, "")


def _problem(source: Source, one: Written, owner: str) -> TemplateProblem | None:
    return _misnamed(source, one, owner) or _misvalued(source, one)


def _misnamed(source: Source, one: Written, owner: str) -> TemplateProblem | None:
    if not one.name:
        return source.problem(one.start, f"{one.value} stands beside attributes; {_MEND}")
    if BLOT in one.name:
        return source.problem(one.start, "an attribute's name is written out, without tags")
    known = ANY if owner in ("mj-all", "mj-class") else ATTRIBUTES[owner]
    if one.name in known or (owner, one.name) == ("mj-class", "name"):
        return None
    near = difflib.get_close_matches(one.name, sorted(known), 1)
    message = f"<{owner}> has no attribute {one.name}"
    return source.problem(one.start, message, next(iter(near), None))


def _misvalued(source: Source, one: Written) -> TemplateProblem | None:
    if one.name in MEASURED and _is_tagged(one.value):
        message = f"the layout is worked out from {one.name} at publishing; write the value out"
        return source.problem(one.start, message)
    conditional = source.text[one.start : one.start + 2] in ("{{", "{%")
    if conditional and one.name not in MAY_BE_EMPTY:
        return source.problem(one.start, f"{one.name} cannot be left out by a condition; {_MEND}")
    return None


def _is_tagged(value: str) -> bool:
    return "{{" in value or "{%" in value
