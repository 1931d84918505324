"""`<style data-inline>` -> style attributes, and nothing else changes.

The inliner works on a copy without template tags in which every element has a number. Of what it
gives back only the styles are taken, each into its element of the source: so no tag, row, entity or
condition of the source can be lost or moved, whatever the inliner does to its copy.
"""

import re
from collections.abc import Iterator
from typing import Final

import css_inline
import msgspec

from twofifty.compose.context import TemplateProblem, refused
from twofifty.compose.mjml.sheet import Rule, declarations, rules
from twofifty.compose.mjml.tags import BLOT, Engine, Source, read_tags, texts
from twofifty.compose.mjml.token import VOID, End, Start, Token, tokens

MAX_DEPTH: Final = 200
_NUMBER: Final = "data-numbered"
_STATEFUL = re.compile(r"::?[a-z-]+", re.IGNORECASE)
_STRUCTURAL = re.compile(r":(?:first|last|only|nth)-[a-z-]+|:not\(|:is\(|:root")
_UNSEEN: Final = frozenset(("head", "style", "script", "title", "meta", "link", "base"))
_QUOTE: Final = '"'


class _Sheet(msgspec.Struct, frozen=True):
    """A `<style data-inline>`: where it stands with its tags, and its text with words for tags."""

    start: int
    end: int
    css: str


def inline_css(html: str, engine: Engine, name: str) -> str:
    """`html` with its `<style data-inline>` written into the elements. What cannot be written there
    (media queries, :hover) stays in a style sheet. An element's own style wins, as ever.

    Raises `TemplateError` for sections in such a style sheet and for elements nested too deeply.
    """
    source = read_tags(html, engine, name)
    seen = list(tokens(source.blotted))
    sheets = list(_sheets(source, seen))
    if not sheets:
        return html
    _refuse_depth(source, seen)
    words = {f"blot{index}z": tag.text for index, tag in enumerate(source.tags)}
    inlined, kept = _parted([rule for sheet in sheets for rule in rules(sheet.css)])
    starts = [token for token in seen if isinstance(token, Start)]
    styles = _styles(_copy(source, seen), inlined)
    edits = [_edit(starts[number], style) for number, style in styles.items()]
    edits += _replaced(sheets, kept)
    return _same_tags(source, engine, _restored(_edited(source.text, edits), words))


def _sheets(source: Source, seen: list[Token]) -> Iterator[_Sheet]:
    for token, after in zip(seen, [*seen[1:], None], strict=True):
        if isinstance(token, Start) and token.name == "style" and _asks(token):
            end = after.end if after and not isinstance(after, Start | End) else token.end
            close = source.blotted.find(">", end) + 1
            yield _Sheet(token.start, close or end, _worded(source, token.end, end))


def _asks(token: Start) -> bool:
    return token.get("data-inline") is not None


def _worded(source: Source, start: int, end: int) -> str:
    """The text of a style sheet with a word for each value."""
    out: list[str] = []
    problems: list[TemplateProblem] = []
    at = start
    for index, tag in enumerate(source.tags):
        if start <= tag.start < end:
            if not tag.is_value:
                message = "a style sheet that is inlined holds values, no conditions and partials"
                problems.append(source.problem(tag.start, message))
            out += (source.text[at : tag.start], f"blot{index}z")
            at = tag.end
    if problems:
        raise refused(tuple(problems))
    return "".join((*out, source.text[at:end]))


def _restored(html: str, words: dict[str, str]) -> str:
    return re.sub(r"blot\d+z", lambda word: words.get(word[0], word[0]), html)


def _parted(said: list[Rule]) -> tuple[str, str]:
    """The rules that elements can hold, and a style sheet of the others."""
    inlined = "\n".join(_text(rule) for rule in said if _is_inlined(rule))
    kept = "\n".join(_text(rule) for rule in said if not rule.within and not _is_inlined(rule))
    return inlined, f"<style>\n{kept}\n</style>" if kept else ""


def _is_inlined(rule: Rule) -> bool:
    stateful = _STATEFUL.search(_STRUCTURAL.sub("", rule.prelude))
    return not (rule.at or rule.within or stateful)


def _text(rule: Rule) -> str:
    head = f"{rule.at} {rule.prelude}".strip()
    return f"{head}{{{rule.body}}}" if rule.body else f"{head};"


def _refuse_depth(source: Source, seen: list[Token]) -> None:
    depth = 0
    for token in seen:
        if isinstance(token, Start) and token.name not in VOID and not token.closed:
            depth += 1
        depth -= isinstance(token, End)
        if depth > MAX_DEPTH:
            message = f"elements are nested more than {MAX_DEPTH} deep; close what is open"
            raise refused((source.problem(token.start, message),))


def _copy(source: Source, seen: list[Token]) -> str:
    """The HTML for the inliner: no tags, no comments, nothing that it could load, a number on each
    element."""
    out: list[str] = []
    number = 0
    for token in seen:
        if isinstance(token, Start):
            if token.name not in _UNSEEN:
                out.append(f'<{token.name} {_NUMBER}="{number}"{_kept(token)}>')
            number += 1
        elif isinstance(token, End) and token.name not in _UNSEEN:
            out.append(source.blotted[token.start : token.end])
    return "".join(out)


def _kept(token: Start) -> str:
    """The attributes that a selector may ask for."""
    return "".join(
        f' {one.name}="{(one.value or "").replace(_QUOTE, "&quot;")}"'
        for one in token.attributes
        if BLOT not in one.name and one.name not in ("style", _NUMBER)
    )


def _styles(copy: str, css: str) -> dict[int, str]:
    """The style that the rules give each element, by its number."""
    found: dict[int, str] = {}
    html = css_inline.inline(copy, extra_css=css, load_remote_stylesheets=False)
    for token in tokens(html):
        if isinstance(token, Start):
            number, style = token.get(_NUMBER), token.get("style")
            if number is not None and style:
                found[int(number)] = style
    return found


class _Edit(msgspec.Struct, frozen=True, order=True):
    start: int
    end: int
    text: str


def _edit(token: Start, style: str) -> _Edit:
    """The style before what the element itself says, without what that overrules."""
    for one in token.attributes:
        if one.name == "style" and one.value is not None:
            own = {each.name for each in declarations(one.value)}
            return _Edit(one.value_at, one.value_at, f"{_added(style, own)};")
    at = token.start + 1 + len(token.name)
    return _Edit(at, at, f' style="{_added(style, set())}"')


def _added(style: str, own: set[str]) -> str:
    return ";".join(
        f"{one.name}:{one.value}{'!important' if one.important else ''}"
        for one in declarations(style.replace("&quot;", "'").replace("&amp;", "&"))
        if one.important or one.name not in own
    )


def _replaced(sheets: list[_Sheet], kept: str) -> list[_Edit]:
    """The first of the style sheets becomes what is kept, the others nothing."""
    first, *others = sheets
    return [_Edit(first.start, first.end, kept)] + [_Edit(one.start, one.end, "") for one in others]


def _edited(text: str, edits: list[_Edit]) -> str:
    out: list[str] = []
    at = 0
    for edit in sorted(edits):
        out += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*out, text[at:]))


def _same_tags(source: Source, engine: Engine, html: str) -> str:
    """`html`, if its tags outside of styles are those of the source."""
    left = {tag.text for tag in source.tags} - set(texts(html, engine))
    lost = [tag for tag in source.tags if tag.text in left and tag.is_value is False]
    if lost:
        message = f"{lost[0].text} does not come through inlining; move it out of the style sheet"
        raise refused((source.problem(lost[0].start, message),))
    return html
