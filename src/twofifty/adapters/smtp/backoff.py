"""When a server that could not be reached may be tried again. Pure: the time comes in."""

from twofifty.deliver.outcome import Deferred

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 30.0


class Backoff:
    """Counts failures to connect. The pause doubles from a quarter second to half a minute."""

    def __init__(self) -> None:
        self._failures = 0
        self._failed_at = float("-inf")
        self._last: Deferred | None = None

    @property
    def healthy(self) -> bool:
        """Whether the last attempt to connect went well, or none was made."""
        return self._last is None

    def still_closed(self, now: float) -> Deferred | None:
        """While it is too early to try again: the last failure, without the reply that was given to
        somebody else."""
        pause = min(FIRST_PAUSE * 2 ** max(0, self._failures - 1), LONGEST_PAUSE)
        if self._last is None or now >= self._failed_at + pause:
            return None
        return Deferred(self._last.reason, "connect", self._last.route, connection=True)

    def failed(self, outcome: Deferred, started: float, now: float) -> None:
        """An attempt begun at `started` failed. Of attempts side by side only the first counts."""
        if started >= self._failed_at:
            self._failures = min(self._failures + 1, 16)
            self._failed_at = now
        self._last = outcome

    def reached(self) -> None:
        """An attempt went well."""
        self._failures = 0
        self._last = None
