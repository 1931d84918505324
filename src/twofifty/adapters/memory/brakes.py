"""The kill switch in memory; and who holds a duty."""

import msgspec

from twofifty.adapters.memory.rows import Rows
from twofifty.clock import Clock
from twofifty.deliver.ports import BrakeState


class MemoryBrakes:
    """`deliver.ports.Brakes` in memory."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._brake = rows.brake
        self._clock = clock

    async def state(self) -> BrakeState:
        """See `deliver.ports.Brakes`."""
        return self._brake.state

    async def stop(self, actor: str, reason: str) -> None:
        """See `deliver.ports.Brakes`."""
        now = self._clock.seconds()
        self._brake.state = BrakeState(True, actor, reason, now, self._brake.state.instance)
        self._brake.log.append((now, "stop", actor, reason))

    async def release(self, actor: str) -> None:
        """See `deliver.ports.Brakes`."""
        if self._brake.state.stopped:
            self._brake.state = BrakeState(instance=self._brake.state.instance)
            self._brake.log.append((self._clock.seconds(), "release", actor, ""))

    async def claim(self, instance: str, actor: str) -> None:
        """See `deliver.ports.Brakes`."""
        state = msgspec.structs.replace(self._brake.state, instance=instance)
        self._brake.state = state
        self._brake.log.append((self._clock.seconds(), "claim", actor, instance))


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
