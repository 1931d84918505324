"""Python expressions of generated code: a name's value, and a value as text for its context.

Each expression has a fast path for text that needs nothing done, and else calls an escaper. `v` is
the value on its way. Escapers are called by the names in `ESCAPERS`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from twofifty.compose.context.escape import escaper, raw_escaper
from twofifty.compose.context.kind import Context
from twofifty.compose.mustache.dialect import Dialect
from twofifty.compose.mustache.seen import Seen, quoted, quoted_json
from twofifty.compose.mustache.tree import Value

_NOTHING_SPECIAL = " and ".join(f"{character!r} not in v" for character in "&<>\"'")
_FAST: Final[Mapping[Context, str]] = {
    Context.TEXT: _NOTHING_SPECIAL,
    Context.TITLE: _NOTHING_SPECIAL,
    Context.ATTRIBUTE: _NOTHING_SPECIAL,
    Context.CSS: "v.isalnum()",
    Context.CSS_NAME: "v.isascii() and v.isalpha()",
    Context.CSS_STRING: "v.isalnum()",
    Context.HEADER: "v.isprintable()",
    Context.PLAIN: "",
}
# Where only the signs of HTML are escaped, or none.
_SIMPLE: Final = frozenset(
    (Context.PLAIN, Context.HEADER, Context.TEXT, Context.TITLE, Context.ATTRIBUTE)
)
_MADE_FOR: Final[Mapping[Context, str]] = {Context.TEXT: "Markup", Context.JSON: "Json"}


def _called(context: Context, *, raw: bool) -> str:
    return f"{'raw' if raw else 'as'}_{context.name.lower()}"


ESCAPERS: Final[Mapping[str, Callable[[object], str]]] = {
    _called(context, raw=raw): raw_escaper(context) if raw else escaper(context)
    for context in Context
    for raw in (False, True)
}


_RAW_JSON: Final = _called(Context.JSON, raw=True)
QUOTED: Final[Mapping[str, Callable[[object], str]]] = {
    f"quoted_{name}": quoted_json(escape) if name == _RAW_JSON else quoted(escape)
    for name, escape in ESCAPERS.items()
}
SEEN: Final[Mapping[str, Seen]] = {
    f"{context.name.lower()}_seen": Seen(escaper(context), simple=context in _SIMPLE)
    for context in Context
}


def text_of(node: Value, look_up: str, dialect: Dialect) -> str:
    """The expression of a value as text; `look_up` is that of the value."""
    context = _context(node, dialect)
    raw = node.raw and dialect.raw != "never" and context is not Context.PLAIN
    function = _called(context, raw=raw)
    if raw and context in _MADE_FOR:
        return f"(v if (v := {look_up}).__class__ is {_MADE_FOR[context]} else {function}(v))"
    if context is Context.URL:
        return f"(url_text(v) if (v := {look_up}).__class__ is str else {function}(v))"
    if context not in _FAST:
        return f"{function}({look_up})"
    fast = f" and {_FAST[context]}" if _FAST[context] else ""
    return f"(v if (v := {look_up}).__class__ is str{fast} else {function}(v))"


def quoted_of(node: Value, look_up: str, dialect: Dialect) -> str:
    """As `text_of`, quoted-printable. Plain text is kept by its value in `SEEN`."""
    context = _context(node, dialect)
    raw = node.raw and dialect.raw != "never" and context is not Context.PLAIN
    function = f"quoted_{_called(context, raw=raw)}"
    if raw:
        return f"{function}({look_up})"
    seen = f"{context.name.lower()}_seen"
    return f"({seen}[v] if (v := {look_up}).__class__ is str else {function}(v))"


def _context(node: Value, dialect: Dialect) -> Context:
    if dialect.escape != "html":
        return Context.HEADER if dialect.escape == "header" else Context.PLAIN
    return Context.PLAIN if node.raw and dialect.raw == "always" else node.context
