"""Filters that know markup from text.

Everything else in python-liquid's box works on text: markup is given to it as the text that it
shows, and what comes back is text, escaped where it is printed. The filters here keep or make
markup, and every value that goes into it is escaped on the way.
"""

import re
from collections.abc import Sequence
from html import escape, unescape
from typing import Final

from twofifty.compose.context import Markup, escaper
from twofifty.compose.context.machine import walked
from twofifty.compose.context.state import State, Where
from twofifty.compose.context.verdict import Unsafe, valued, verdict
from twofifty.compose.liquid.room import Filter

_TAG = re.compile(r"<[^<>]*>")
# What goes with all that stands in it.
_SILENT: Final = (("<script", "</script"), ("<style", "</style"), ("<!--", "--"))
_BREAK = re.compile(r"\r\n|\r|\n")
# Any piece of `&lt;`, `&quot;` and their like, and the letters of tags.
_ENTITY = re.compile(r"[&#;<>\"'=/]")


def escaped(left: object) -> str:
    """`escape`: markup of the text, which is then not escaped again between tags."""
    return Markup(escape(_text(left)).replace("&#x27;", "&#39;"))


def append(left: object, more: object) -> str:
    """`append`: text of two texts, markup if either is."""
    return joined([left, more])


def prepend(left: object, more: object) -> str:
    """`prepend`: likewise, the other way round."""
    return joined([more, left])


def default(left: object, instead: object = "", *, allow_false: object = False) -> object:
    """`default`: the other value for nothing, false and what is empty."""
    if left is False and allow_false is True:
        return left
    number = isinstance(left, int | float) and left is not False
    return left if left or number else instead


def join(left: object, between: object = " ") -> str:
    """`join`: a list's items with something between them."""
    items = list(left) if isinstance(left, list | tuple | range) else [left]
    parts = [part for each in items for part in (between, each)]
    return joined(parts[1:])


def replace(left: object, old: object, new: object = "") -> str:
    """`replace`: every `old` in a text; an author's markup may take its place. Markup is text again
    where the sign of an entity is replaced, or something put in that opens what it does not end:
    what was escaped in it could come to life."""
    if isinstance(left, Markup):
        kept = new if isinstance(new, Markup) else escape(_plain(new))
        made = _plain(left).replace(_plain(old), kept)
        safe = not _ENTITY.search(_plain(old)) and is_whole(kept)
        return Markup(made) if safe else unescape(made)
    if not isinstance(new, Markup) or not old:
        return _plain(left).replace(_plain(old), _plain(new))
    return joined([part for each in _plain(left).split(_plain(old)) for part in (new, each)][1:])


def strip_html(left: object) -> str:
    """`strip_html`: the text without tags."""
    text = _plain(left)
    for begin, end in _SILENT:
        text = _without(text, begin, end)
    bare = _TAG.sub("", text)
    return unescape(bare) if isinstance(left, Markup) else bare


def newline_to_br(left: object) -> str:
    """`newline_to_br`: markup, with a `<br />` at each end of a line."""
    markup = left if isinstance(left, Markup) else escape(_plain(left))
    return Markup(_BREAK.sub("<br />\n", markup))


def strip(left: object) -> str:
    """`strip`: without white space around, markup still markup."""
    return _same(left, _plain(left).strip())


def lstrip(left: object) -> str:
    """`lstrip`."""
    return _same(left, _plain(left).lstrip())


def rstrip(left: object) -> str:
    """`rstrip`."""
    return _same(left, _plain(left).rstrip())


def strip_newlines(left: object) -> str:
    """`strip_newlines`."""
    return _same(left, _BREAK.sub("", _plain(left)))


def joined(parts: Sequence[object]) -> str:
    """Parts as one text; as markup if any is, the others escaped for where they come to stand. As
    text after all where one stands where no value is safe."""
    if not any(isinstance(part, Markup) for part in parts):
        return "".join(map(_plain, parts))
    state, made = State(), list[str]()
    for part in parts:
        if isinstance(part, Markup):
            state = walked(state, part)
            made.append(part)
            continue
        context = verdict(state)
        if isinstance(context, Unsafe):
            return "".join(map(_shown, parts))
        state = valued(state)
        inside = state.where is not Where.TEXT
        made.append(escaper(context)(_plain(part)) if inside else escape(_plain(part)))
    return Markup("".join(made))


def is_whole(markup: str) -> bool:
    """Whether markup ends what it begins, so that text may follow it."""
    return "<" not in markup or walked(State(), markup).where is Where.TEXT


def _without(text: str, begin: str, end: str) -> str:
    """The text without all that is from `begin` to `end`; the tail goes where none ends it."""
    kept, here, low = [], 0, text.lower()
    while (start := low.find(begin, here)) >= 0:
        kept.append(text[here:start])
        here = low.find(end, start)
        if here < 0:
            return "".join(kept)
    return "".join((*kept, text[here:])) if kept else text


def _shown(value: object) -> str:
    return unescape(value) if isinstance(value, Markup) else _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _text(value: object) -> str:
    return unescape(value) if isinstance(value, Markup) else _plain(value)


def _same(left: object, text: str) -> str:
    return Markup(text) if isinstance(left, Markup) else text


FILTERS: Final[dict[str, Filter]] = {
    "append": append,
    "default": default,
    "escape": escaped,
    "escape_once": escaped,
    "h": escaped,
    "join": join,
    "lstrip": lstrip,
    "newline_to_br": newline_to_br,
    "prepend": prepend,
    "replace": replace,
    "rstrip": rstrip,
    "strip": strip,
    "strip_html": strip_html,
    "strip_newlines": strip_newlines,
}
