"""Who holds a duty: a row of `meta` each."""

import msgspec

from twofifty import sql
from twofifty.adapters.relational.ports import Database, Writer

Q = sql.load("duties")


class _Held(msgspec.Struct, frozen=True):
    owner: str = ""
    until: float = 0.0


class SqlDuties:
    """`queue.duty.Duties` on SQL."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def hold(self, duty: str, owner: str, times: tuple[float, float]) -> str:
        """See `queue.duty.Duties`."""
        return await self._writer.run(lambda db: _hold(db, duty, owner, times))

    async def leave(self, duty: str, owner: str) -> None:
        """See `queue.duty.Duties`."""
        await self._writer.run(lambda db: _leave(db, duty, owner))


def _hold(db: Database, duty: str, owner: str, times: tuple[float, float]) -> str:
    now, until = times
    held = _held(db, duty)
    if held.owner not in ("", owner) and held.until > now:
        return held.owner
    value = msgspec.json.encode(_Held(owner, until)).decode()
    db.execute(Q["set"], {"key": _key(duty), "value": value})
    return owner


def _leave(db: Database, duty: str, owner: str) -> None:
    if _held(db, duty).owner == owner:
        db.execute(Q["drop"], {"key": _key(duty)})


def _held(db: Database, duty: str) -> _Held:
    row = db.execute(Q["held"], {"key": _key(duty)}).fetchone()
    return _Held() if row is None else msgspec.json.decode(row[0], type=_Held)


def _key(duty: str) -> str:
    return f"duty:{duty}"
