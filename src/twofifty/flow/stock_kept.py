"""Answers about stock that serve other orders of the same goods for a few seconds."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from twofifty.flow.stock import Item, Level

MOST: Final = 10_000

_Key = tuple[str | None, str | None, Decimal | None]


class Kept:
    """What was answered within the last `seconds`. A count serves orders of any quantity, a word
    those of the quantity that it was said of; `allocated` is of one order only. That goods are not
    known is kept too."""

    def __init__(self, seconds: float, elapsed: Callable[[], float]) -> None:
        self._seconds = seconds
        self._elapsed = elapsed
        self._levels: dict[_Key, tuple[float, Level | None]] = {}

    def fill(self, asked: Sequence[Item], found: dict[str, Level]) -> tuple[Item, ...]:
        """Fills `found`, by line id; the lines of which nothing is known."""
        now, missing = self._elapsed(), []
        for item in asked:
            known = self._known((*item.goods(), None), now) or self._known(_exact(item), now)
            if known is None:
                missing.append(item)
            elif known[1] is not None:
                found[item.id] = known[1]
        return tuple(missing)

    def keep(self, asked: Sequence[Item], levels: Mapping[str, Level]) -> None:
        """Keeps what was answered to a question."""
        if not self._seconds:
            return
        until = self._elapsed() + self._seconds
        if len(self._levels) + len(asked) > MOST:
            self._tidy()
        for item in asked:
            level = levels.get(item.id)
            if level is None or level.status != "allocated":
                counted = level is not None and level.status is None
                key = (*item.goods(), None) if counted else _exact(item)
                self._levels[key] = (until, level)

    def _known(self, key: _Key, now: float) -> tuple[float, Level | None] | None:
        known = self._levels.get(key)
        return known if known is not None and now < known[0] else None

    def _tidy(self) -> None:
        """Without what is over; without anything where that is not enough."""
        now = self._elapsed()
        self._levels = {key: kept for key, kept in self._levels.items() if now < kept[0]}
        if len(self._levels) > MOST // 2:
            self._levels.clear()


def _exact(item: Item) -> _Key:
    return (*item.goods(), item.quantity)
