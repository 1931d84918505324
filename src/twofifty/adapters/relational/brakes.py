"""The kill switch, and whose store this is: rows of `meta`, with a log beside them."""

import msgspec

from twofifty import sql
from twofifty.adapters.relational.ports import Database, Reader, Writer
from twofifty.clock import Clock
from twofifty.deliver.ports import BrakeState

Q = sql.load("brakes")


class SqlBrakes:
    """`deliver.ports.Brakes` on SQL."""

    def __init__(self, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock

    async def state(self) -> BrakeState:
        """See `deliver.ports.Brakes`."""
        return await self._reader.run(_state)

    async def stop(self, actor: str, reason: str) -> None:
        """See `deliver.ports.Brakes`."""
        state = BrakeState(True, actor, reason, self._clock.seconds())
        await self._writer.run(lambda db: _stop(db, state))

    async def release(self, actor: str) -> None:
        """See `deliver.ports.Brakes`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: _release(db, actor, now))

    async def claim(self, instance: str, actor: str) -> None:
        """See `deliver.ports.Brakes`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: _claim(db, instance, actor, now))


def _state(db: Database) -> BrakeState:
    said = dict(db.execute(Q["state"]).fetchall())
    state = msgspec.json.decode(said.get("brake", "{}"), type=BrakeState)
    return msgspec.structs.replace(state, instance=said.get("instance", ""))


def _stop(db: Database, state: BrakeState) -> None:
    db.execute(Q["set"], {"key": "brake", "value": msgspec.json.encode(state).decode()})
    _log(db, "stop", (state.actor, state.reason), state.at)


def _release(db: Database, actor: str, now: float) -> None:
    if db.execute(Q["release"]).rowcount:
        _log(db, "release", (actor, ""), now)


def _claim(db: Database, instance: str, actor: str, now: float) -> None:
    db.execute(Q["set"], {"key": "instance", "value": instance})
    _log(db, "claim", (actor, instance), now)


def _log(db: Database, action: str, said: tuple[str, str], now: float) -> None:
    actor, reason = said
    db.execute(Q["log"], {"at": now, "action": action, "actor": actor, "reason": reason})
