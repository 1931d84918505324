"""A ledger that says no before the disk does."""

from collections.abc import Callable

from twofifty.clock import Clock
from twofifty.errors import StoreFull
from twofifty.intake.ports import Arrival, Ledger, Receipt

CHECK_EVERY = 1.0


class Reserved:
    """The same interface around the same interface: refuses while `low()` is true, so that what
    was already accepted can still be settled. `low` is asked once a second at most."""

    def __init__(self, ledger: Ledger, low: Callable[[], bool], clock: Clock) -> None:
        self._ledger = ledger
        self._low = low
        self._clock = clock
        self._checked_at = float("-inf")
        self._is_low = False

    async def accept(self, arrival: Arrival) -> Receipt:
        """See `intake.ports.Ledger.accept`; StoreFull while the reserve is touched."""
        now = self._clock.seconds()
        if now - self._checked_at >= CHECK_EVERY:
            self._checked_at, self._is_low = now, self._low()
        if self._is_low:
            raise StoreFull("the disk that holds the store is nearly full")
        return await self._ledger.accept(arrival)
