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


def fault(error: BaseException, name: str) -> TemplateError:
    """The error as ours. `name` is the template, unless the error knows of a partial."""
    if isinstance(error, RecursionError):
        return TemplateError(f"{name}: blocks, conditions or partials go too deep")
    if isinstance(error, LiquidError):
        cause = error.__cause__
        if error.token is None and isinstance(cause, RecursionError):
            return fault(cause, name)
        where = str(error.template_name or name)
        return TemplateError(_said(error, where), place_of(error.token, where))
    return TemplateError(f"{name}: {error}")


def _said(error: LiquidError, name: str) -> str:
    message = str(error.args[0]) if error.args else type(error).__name__
    return message if error.token is not None else f"{name}: {message}"
