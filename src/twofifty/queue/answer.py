"""What a store answered, kept for as long as nothing can have changed."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from twofifty.errors import StoreError

T = TypeVar("T")

LONGEST: Final = 5.0
"""Seconds after which it is asked all the same: how a change is known may fail."""


class KeptAnswer(Generic[T]):
    """What `ask` gives, asked for again once `version`, a number that differs after every commit,
    is another. `seconds` is a clock that only grows."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[T]],
        version: Callable[[], int],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._version = version
        self._seconds = seconds
        self._kept: tuple[int, float, T] | None = None

    async def get(self) -> T:
        """The answer as it is now. Raises what `ask` raises, and then asks anew the next time."""
        # Looked at before the question: what is committed meanwhile is asked about again.
        version, now = self._looked(), self._seconds()
        if self._kept is not None and self._kept[0] == version and now < self._kept[1]:
            return self._kept[2]
        self._kept = None
        answer = await self._ask()
        self._kept = None if version is None else (version, now + LONGEST, answer)
        return answer

    def _looked(self) -> int | None:
        """The version; None where it cannot be told now."""
        try:
            return self._version()
        except StoreError:
            return None
