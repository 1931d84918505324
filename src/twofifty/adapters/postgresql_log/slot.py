"""A replication slot: made, looked at, made anew where PostgreSQL has given it up."""

import msgspec

from twofifty.adapters.postgresql_log import lsn
from twofifty.adapters.postgresql_log.session import Session
from twofifty.errors import LogLost, ShopBusy, ShopError

PLUGIN = "pgoutput"


class Slot(msgspec.Struct, frozen=True):
    """How a slot stands. `confirmed`: what begins before it is not told any more. `end`: where the
    server's log ends."""

    plugin: str
    active: bool
    status: str
    confirmed: int
    end: int

    def lag(self) -> int:
        """How many bytes of log it holds back."""
        return self.end - self.confirmed

    def is_lost(self) -> bool:
        """Whether PostgreSQL has removed log that it needs (`max_slot_wal_keep_size`)."""
        return self.status == "lost"


async def found(session: Session, name: str) -> Slot | None:
    """The slot of that name in this database, or None."""
    rows = await session.ask(
        "SELECT plugin, active, coalesce(wal_status, ''), "
        "coalesce(confirmed_flush_lsn, '0/0')::text, "
        "pg_current_wal_lsn()::text "
        "FROM pg_replication_slots WHERE slot_name = %s AND database = current_database()",
        (name,),
    )
    if not rows:
        return None
    plugin, active, status, confirmed, end = (value or "" for value in rows[0])
    return Slot(plugin, active == "t", status, lsn.read(confirmed), lsn.read(end))


async def ready(session: Session, name: str, *, anew: bool) -> int:
    """The position from which the slot tells, made where it is not there, lost, or wanted anew."""
    slot = await found(session, name)
    if slot is not None and slot.plugin != PLUGIN:
        raise ShopError(f"the slot {name} is another program's: its plugin is {slot.plugin}")
    if slot is not None and (anew or slot.is_lost()):
        if slot.active:
            raise ShopBusy(f"the slot {name} has to be made anew and is still in use")
        await session.ask("SELECT pg_drop_replication_slot(%s)", (name,))
        slot = None
    if slot is None:
        await session.ask(
            "SELECT pg_create_logical_replication_slot(%s, 'pgoutput')::text", (name,)
        )
        slot = await found(session, name)
    if slot is None:
        raise ShopBusy(f"the slot {name} was made and is gone again")
    return slot.confirmed


async def check(session: Session, name: str, position: int) -> None:
    """Raises LogLost where the slot cannot tell everything after `position` any more."""
    slot = await found(session, name)
    if slot is None:
        raise LogLost(f"the replication slot {name} is gone")
    if slot.is_lost():
        raise LogLost(f"the replication slot {name} is lost: max_slot_wal_keep_size was exceeded")
    if slot.confirmed > position:
        gap = f"{lsn.written(position)} to {lsn.written(slot.confirmed)}"
        raise LogLost(f"the replication slot {name} has gone on without us: {gap} is missing")
    if slot.end < position:
        ends = f"its log ends at {lsn.written(slot.end)}, and we have read {lsn.written(position)}"
        raise LogLost(f"the database is older than it was: {ends}")
