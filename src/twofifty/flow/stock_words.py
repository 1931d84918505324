"""Reading what a shop answers about stock: words, counts and days."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, get_args

from twofifty.flow.stock import StockWord
from twofifty.intake import loose

_WORDS: Final = get_args(StockWord)
_DATE: Final = len("2026-01-31")


def word(said: object, words: Mapping[str, StockWord]) -> StockWord:
    """One of our words. Raises Unreadable."""
    text = said.strip().lower() if isinstance(said, str) else ""
    for known in _WORDS:
        if words.get(text, text) == known:
            found: StockWord = known
            return found
    raise loose.Unreadable(said, f"a status is one of {', '.join(_WORDS)}")


def count(said: object) -> Decimal | None:
    """How many, a float by its digits; None for nothing. Raises Unreadable."""
    return loose.amount(f"{said:f}" if isinstance(said, float) else said)


def day(said: object) -> date | None:
    """A date, from an ISO 8601 date or time; None for none. Raises Unreadable."""
    if said is None or said == "":
        return None
    try:
        return date.fromisoformat(str(said)[:_DATE])
    except ValueError:
        raise loose.Unreadable(said, "a day is written 2026-01-31") from None
