"""Who holds a duty, in memory."""


class MemoryDuties:
    """`queue.duty.Duties` for tests."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, float]] = {}

    async def hold(self, duty: str, owner: str, times: tuple[float, float]) -> str:
        """See `queue.duty.Duties`."""
        now, until = times
        holder, ends = self._held.get(duty, ("", 0.0))
        if holder not in ("", owner) and ends > now:
            return holder
        self._held[duty] = (owner, until)
        return owner

    async def leave(self, duty: str, owner: str) -> None:
        """See `queue.duty.Duties`."""
        if self._held.get(duty, ("", 0.0))[0] == owner:
            del self._held[duty]
