"""State -> the context of a value that stands there, or why none is safe; the state after it."""

from typing import Final

import msgspec
from msgspec.structs import replace

from twofifty.compose.context import css, url
from twofifty.compose.context.kind import Context
from twofifty.compose.context.state import UNKNOWN, State, Where

JSON_KINDS: Final = frozenset(("application/ld+json", "application/json"))
_NAMES: Final = (Where.TAG, Where.NAME, Where.AFTER_NAME)
_RUNS: Final = frozenset(("srcdoc",))
_ANIMATES: Final = frozenset(("animate", "animatemotion", "animatetransform", "set"))


class Unsafe(msgspec.Struct, frozen=True):
    """No escaping makes a value safe here. `message`: why, and how to mend it, with `{value}` where
    the tag as written belongs."""

    message: str


def verdict(state: State) -> Context | Unsafe:
    """How a value is escaped in `state`."""
    match state.where:
        case Where.TEXT:
            return Context.TEXT
        case Where.COMMENT:
            return Context.COMMENT
        case Where.QUOTED:
            return _attribute(state)
        case Where.RAW:
            return _raw(state)
        case Where.BEFORE_VALUE | Where.UNQUOTED:
            name = "name" if state.attribute in ("", UNKNOWN) else state.attribute
            return Unsafe(f"an attribute's value needs quotes; write {name}={_QUOTED}")
        case Where.DECLARATION:
            return Unsafe("{value} stands in a declaration; move it out of it")
        case Where.TAG_NAME:
            return Unsafe("{value} stands where a tag's name stands; write the name out")
    return Unsafe(f"{{value}} stands where an attribute's name stands; write name={_QUOTED}")


_QUOTED: Final = '"{value}"'


def valued(state: State) -> State:
    """The state after a value in `state`."""
    if state.where in _NAMES:
        return replace(state, where=Where.NAME, attribute=UNKNOWN)
    if state.where is Where.BEFORE_VALUE:
        return replace(state, where=Where.UNQUOTED)
    if state.where is Where.QUOTED and state.attribute in url.ATTRIBUTES:
        return replace(state, inner=url.valued(state.inner))
    if _is_css(state):
        return replace(state, inner=css.valued(state.inner))
    if state.attribute == "type":
        return replace(state, inner=UNKNOWN)
    return state


def _is_css(state: State) -> bool:
    style = state.attribute if state.where is Where.QUOTED else state.element
    return style == "style" and state.where in (Where.QUOTED, Where.RAW)


def _attribute(state: State) -> Context | Unsafe:
    name = state.attribute
    if name == UNKNOWN:
        return Unsafe("the name of this attribute is not certain; write it out in one piece")
    if name.startswith("on") or name in _RUNS or state.element in _ANIMATES:
        return Unsafe(f"{name} can run as script, where no value is safe; remove the attribute")
    if name == "content" and state.refresh:
        return Unsafe("a meta tag with http-equiv can lead away; use no value in its content")
    if name in url.ATTRIBUTES:
        return url.context(state.inner) or _no_url(state.inner)
    if name == "style":
        return css.context(state.inner) or Unsafe(
            "{value} stands where a style begins; write property: {value}"
        )
    return Context.ATTRIBUTE


def _no_url(inner: str) -> Unsafe:
    if url.BAD in inner.split("|"):
        return Unsafe(
            "a URL with a value begins with http:, https:, mailto: or tel:; change its scheme"
        )
    return Unsafe(
        "the sections before {value} leave it open which part of the URL it is; "
        "write the URL up to its path in each of them"
    )


def _raw(state: State) -> Context | Unsafe:
    if state.element in ("title", "textarea"):
        return Context.TITLE
    if state.element == "script":
        return _script(state)
    if state.element == "style":
        found = css.context(state.inner)
        if found is None or found is Context.CSS_NAME:
            return Unsafe("in <style> a value stands only after a colon: property: {value};")
        return found
    return Unsafe(f"nothing is safe inside <{state.element}>; move {{value}} out of it")


def _script(state: State) -> Context | Unsafe:
    if state.kind not in JSON_KINDS:
        return Unsafe(
            "in a script no value is safe; only <script "
            'type="application/ld+json"> may hold {value}'
        )
    if state.inner == "cut":
        return Unsafe("{value} stands after a backslash; remove the backslash")
    return Context.JSON_STRING if state.inner == "string" else Context.JSON
