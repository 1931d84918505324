"""What generated code calls for the cases that its inline fast paths leave out."""

from collections.abc import Iterable

from twofifty.compose.context.error import TemplateError
from twofifty.compose.context.escape import escaped, plain
from twofifty.compose.mustache.limits import MAX_OUTPUT, MAX_PARTIAL_DEPTH, MAX_PIECES

__all__ = ["escaped", "plain"]

NO_FRAME: dict[str, object] = {}
# What a section shows once or not at all; only a dict among it brings names.
ONE: frozenset[type] = frozenset((str, bool, int, float, dict, type(None)))
# Pieces after which their number and size are looked at for the first time.
WAITING = 1024


def count(out: list[str], limit: list[int]) -> None:
    """Look at the size of the text so far, and say when to look again: at twice as many pieces.

    Raises `TemplateError` for too many or too much.
    """
    if len(out) > MAX_PIECES or sum(map(len, out)) > MAX_OUTPUT:
        raise too_much()
    limit[0] = 2 * len(out)


def whole(out: list[str]) -> str:
    """The whole text. Raises `TemplateError` if it is too much."""
    text = "".join(out)
    if len(text) > MAX_OUTPUT:
        raise too_much()
    return text


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


def nothing(*_scope: object) -> None:
    """The partial of a name that no partial has."""


def too_deep(partial: str) -> TemplateError:
    """The error of a partial that calls itself without end."""
    return TemplateError(
        f"partial {partial!r} calls itself more than {MAX_PARTIAL_DEPTH} levels deep; "
        "the data has a cycle or the partial lacks a section that ends it"
    )


def too_much() -> TemplateError:
    """The error of a text without measure."""
    return TemplateError(
        f"the text grows to more than {MAX_OUTPUT:,} characters; show fewer items, or end the "
        "sections that repeat each other"
    )
