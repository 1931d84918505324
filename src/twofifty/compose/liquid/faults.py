"""Whatever python-liquid raises, as a `TemplateError` with its place."""

from liquid.exceptions import LiquidError, LiquidInterrupt
from liquid.token import Token

from twofifty.compose.context import Place, TemplateError

# What a hostile or broken template can raise beside the library's own errors.
RAISED = (
    LiquidError,
    LiquidInterrupt,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


def place_of(token: Token | None, name: str) -> Place | None:
    """Where a token stands, line and column from 1; None for no token."""
    if token is None or token.start_index < 0:
        return None
    return place_at(token.source, token.start_index, name)


def place_at(source: str, index: int, name: str) -> Place:
    """The place of a character."""
    before = source[:index]
    return Place(name, before.count("\n") + 1, index - before.rfind("\n"))


def fault(error: BaseException, name: str, source: str = "") -> TemplateError:
    """The error as ours. `name` is the template, unless the error knows of a partial; `source` is
    given while it is parsed: what is missing at its end is said to be missing there."""
    if isinstance(error, RecursionError):
        return TemplateError(f"{name}: blocks, conditions or partials go too deep")
    if isinstance(error, LiquidError):
        cause = error.__cause__
        if error.token is None and isinstance(cause, RecursionError):
            return fault(cause, name)
        where = str(error.template_name or name)
        place = place_of(error.token, where)
        if place is None and error.token is not None and source:
            place = place_at(source, len(source), where)
        return TemplateError(_said(error, where), place)
    return TemplateError(f"{name}: {error}")


def _said(error: LiquidError, name: str) -> str:
    message = str(error.args[0]) if error.args else type(error).__name__
    return message if error.token is not None else f"{name}: {message}"
