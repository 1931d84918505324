"""The tokenizer of HTML (HTML standard, 13.2.5), as far as contexts need it.

`walked(state, text)` is the state after a literal; each step below goes as far as its state lasts.
What Outlook reads in a conditional comment is HTML here too: `<!--[if mso]>` begins no comment.
"""

import html
import re
from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from twofifty.compose.context import css, json_text, url
from twofifty.compose.context.state import UNKNOWN, State, Where

NOT_HTML: Final = frozenset(
    "script style title textarea xmp iframe noembed noframes plaintext".split()
)
_TAG_NAME = re.compile(r"[^\s/>]*")
_BLANK = re.compile(r"[\s/]*")
_NAME = re.compile(r"[^\s/>=]*")
_SPACE = re.compile(r"\s*")
_UNQUOTED = re.compile(r"[^\s>]*")
_COMMENT_END = re.compile(r"--!?>")
_CONDITION = re.compile(r"\[if\b[^\]>]*\]>(\s*(?:<!)?--\s*(?:-->|>))?", re.IGNORECASE)
_TYPE_LETTERS: Final = 60

Step = Callable[[State, str, int], tuple[State, int]]


def walked(state: State, text: str) -> State:
    """The state after `text`."""
    at = 0
    while at < len(text):
        state, at = _STEPS[state.where](state, text, at)
    return state


def _text(state: State, text: str, at: int) -> tuple[State, int]:
    start = text.find("<", at)
    if start < 0:
        return state, len(text)
    if text.startswith("<!--", start):
        return _comment_begun(state, text, start + 4)
    after = text[start + 1 : start + 3]
    if after[:1] in ("!", "?"):
        outside = state.conditional and not text.startswith("<![endif]", start)
        return replace(state, where=Where.DECLARATION, conditional=outside), start + 2
    if after[:1].isalpha() or after == "":
        return replace(state, where=Where.TAG_NAME, element=""), start + 1
    if after[:1] == "/" and (after[1:].isalpha() or after == "/"):
        return replace(state, where=Where.TAG_NAME, element="/"), start + 2
    return state, start + 1


def _comment_begun(state: State, text: str, at: int) -> tuple[State, int]:
    condition = _CONDITION.match(text, at)
    if condition:
        return replace(state, conditional=condition[1] is None), condition.end()
    for end in (">", "->"):
        if text.startswith(end, at):
            return state, at + len(end)
    return replace(state, where=Where.COMMENT), at


def _comment(state: State, text: str, at: int) -> tuple[State, int]:
    found = _COMMENT_END.search(text, at)
    return (replace(state, where=Where.TEXT), found.end()) if found else (state, len(text))


def _declaration(state: State, text: str, at: int) -> tuple[State, int]:
    end = text.find(">", at) + 1
    return (replace(state, where=Where.TEXT), end) if end else (state, len(text))


# Tags


def _tag_name(state: State, text: str, at: int) -> tuple[State, int]:
    end = _end(_TAG_NAME, text, at)
    state = replace(state, element=state.element + text[at:end].lower())
    return (replace(state, where=Where.TAG) if end < len(text) else state), end


def _tag(state: State, text: str, at: int) -> tuple[State, int]:
    at = _end(_BLANK, text, at)
    if at == len(text):
        return state, at
    if text[at] == ">":
        return _tag_end(state), at + 1
    return replace(state, where=Where.NAME, attribute=text[at].lower()), at + 1


def _tag_end(state: State) -> State:
    inside = State(conditional=state.conditional)
    if state.element not in NOT_HTML:
        return inside
    inner = {"style": css.START, "script": json_text.START}.get(state.element, "")
    return replace(inside, where=Where.RAW, element=state.element, kind=state.kind, inner=inner)


def _name(state: State, text: str, at: int) -> tuple[State, int]:
    end = _end(_NAME, text, at)
    if state.attribute != UNKNOWN:
        state = replace(state, attribute=state.attribute + text[at:end].lower())
    return (replace(state, where=Where.AFTER_NAME) if end < len(text) else state), end


def _after_name(state: State, text: str, at: int) -> tuple[State, int]:
    at = _end(_SPACE, text, at)
    if text.startswith("=", at):
        return replace(state, where=Where.BEFORE_VALUE), at + 1
    return (replace(state, where=Where.TAG, attribute="") if at < len(text) else state), at


def _before_value(state: State, text: str, at: int) -> tuple[State, int]:
    at = _end(_SPACE, text, at)
    if at == len(text):
        return state, at
    quote = text[at] if text[at] in "\"'" else ""
    if text[at] == ">":
        return _tag_end(state), at + 1
    where = Where.QUOTED if quote else Where.UNQUOTED
    return replace(state, where=where, quote=quote, inner=_begin(state)), at + len(quote)


def _quoted(state: State, text: str, at: int) -> tuple[State, int]:
    end = text.find(state.quote, at)
    state = _value_walked(state, text[at:] if end < 0 else text[at:end])
    return (state, len(text)) if end < 0 else (_value_end(state), end + 1)


def _unquoted(state: State, text: str, at: int) -> tuple[State, int]:
    end = _end(_UNQUOTED, text, at)
    state = _value_walked(state, text[at:end])
    return (_value_end(state) if end < len(text) else state), end


# Attributes


def _begin(state: State) -> str:
    """Where the value of an attribute begins."""
    if state.attribute in url.ATTRIBUTES:
        return url.START
    return css.START if state.attribute == "style" else ""


def _value_walked(state: State, text: str) -> State:
    if state.attribute in url.ATTRIBUTES:
        many = state.attribute in url.LISTS
        return replace(state, inner=url.walked(state.inner, html.unescape(text), many=many))
    if state.attribute == "style":
        return replace(state, inner=css.walked(state.inner, html.unescape(text)))
    if state.attribute in ("type", "http-equiv"):
        return replace(state, inner=(state.inner + text)[:_TYPE_LETTERS])
    return state


def _value_end(state: State) -> State:
    kind = state.inner.strip().lower() if state.attribute == "type" else state.kind
    refresh = state.refresh or state.attribute == "http-equiv"
    return replace(
        state, where=Where.TAG, attribute="", quote="", inner="", kind=kind, refresh=refresh
    )


# Elements whose content is no HTML


def _raw(state: State, text: str, at: int) -> tuple[State, int]:
    found = _CLOSES[state.element].search(text, at)
    end = found.start() if found else len(text)
    walk = {"style": css.walked, "script": json_text.walked}.get(state.element)
    inner = walk(state.inner, text[at:end]) if walk else state.inner
    if found is None:
        return replace(state, inner=inner), end
    return State(conditional=state.conditional), end


_CLOSES: Final = {
    name: re.compile(rf"</{name}(?=[\s/>]|\Z)" if name != "plaintext" else r"(?!)", re.IGNORECASE)
    for name in NOT_HTML
}


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


_STEPS: Final[Mapping[Where, Step]] = {
    Where.TEXT: _text,
    Where.TAG_NAME: _tag_name,
    Where.TAG: _tag,
    Where.NAME: _name,
    Where.AFTER_NAME: _after_name,
    Where.BEFORE_VALUE: _before_value,
    Where.QUOTED: _quoted,
    Where.UNQUOTED: _unquoted,
    Where.RAW: _raw,
    Where.COMMENT: _comment,
    Where.DECLARATION: _declaration,
}
