"""What generated code calls for the cases that its inline fast paths leave out."""

from collections.abc import Iterable

from twofifty.compose.mustache.error import TemplateError

MAX_PARTIAL_DEPTH = 64
NO_FRAME: dict[str, object] = {}


def plain(value: object) -> str:
    """A value as text: nothing for None, a dict or a list; `true` and `false`; else its str()."""
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, dict | list | tuple):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def escaped(value: object) -> str:
    """A value as text that means itself in HTML, between tags and in a quoted attribute."""
    text = value if value.__class__ is str else plain(value)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def items(value: object) -> Iterable[object]:
    """What a section repeats over: a list's items, one true value, nothing for a false one."""
    if isinstance(value, list | tuple):
        return value
    return (value,) if value else ()


def frame(value: object) -> dict[str, object]:
    """The names that a section's item brings: none unless it is a dict."""
    return value if isinstance(value, dict) else NO_FRAME


def member(value: object, name: str) -> object:
    """`value.name` of a dotted name; None if there is no such thing."""
    return value.get(name) if isinstance(value, dict) else None


def find(stack: tuple[dict[str, object], ...], name: str) -> object:
    """A name in the innermost frame that has it; None if none has."""
    for names in reversed(stack):
        if name in names:
            return names[name]
    return None


def too_deep(partial: str) -> TemplateError:
    """The error of a partial that calls itself without end."""
    return TemplateError(
        f"partial {partial!r} calls itself more than {MAX_PARTIAL_DEPTH} levels deep; "
        "the data has a cycle or the partial lacks a section that ends it"
    )
