"""A broker's relay and its takers on SQL: what is published, what is claimed."""

from collections.abc import Sequence

import msgspec

from twofifty import sql
from twofifty.adapters.relational.history import of_all
from twofifty.adapters.relational.lease import Beside, Taken, started
from twofifty.adapters.relational.outbox import SqlOutbox
from twofifty.adapters.relational.ports import Database, Pages, Writer
from twofifty.clock import Clock
from twofifty.deliver.ports import Leased
from twofifty.queue.carrier import REST_AT_MOST, Ticket

Q = sql.load("dispatch")
O = sql.load("outbox")  # noqa: E741
RELAYS = ("relay", "")
"""What all relays touch: two at once would publish the same."""


class _Claim(msgspec.Struct, frozen=True):
    """What `owner`, who lives until `until`, was handed over at `now`."""

    owner: str
    jobs: tuple[int, ...]
    now: float
    until: float


class SqlDispatch:
    """`queue.carrier.Dispatch` on SQL. Confirmations are urgent, all else can wait."""

    def __init__(self, writer: Writer, outbox: SqlOutbox, clock: Clock) -> None:
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    async def due(self, limit: int, until: float) -> Sequence[Ticket]:
        """See `queue.carrier.Dispatch`."""
        row = {"limit": limit, "now": self._clock.seconds(), "until": until}
        published = await self._writer.run(lambda db: _due(db, row), RELAYS)
        return [Ticket(job, int(kind == "confirmation")) for job, kind in published]

    async def missed(self, jobs: Sequence[int], until: float) -> None:
        """See `queue.carrier.Dispatch`."""
        row = {**of_all(jobs), "until": until}
        await self._writer.run(lambda db: db.execute(Q["missed"], row), RELAYS)

    async def lost(self, until: float, urgent: bool) -> int:
        """See `queue.carrier.Dispatch`."""
        row = {"until": until, "urgent": int(urgent)}
        return await self._writer.run(lambda db: db.execute(Q["lost"], row).rowcount, RELAYS)

    async def next_due(self) -> float | None:
        """See `queue.carrier.Dispatch`."""
        return await self._writer.run(_next_due, RELAYS)

    async def overlooked(self, since: float) -> bool:
        """See `queue.carrier.Dispatch`."""
        now = self._clock.seconds()
        row = {"since": since, "now": now, "soon": now + REST_AT_MOST}
        return await self._writer.run(
            lambda db: db.execute(Q["overlooked"], row).fetchone() is not None, RELAYS
        )

    async def claim(self, owner: str, jobs: Sequence[int], until: float) -> Sequence[Leased]:
        """See `queue.carrier.Dispatch`."""
        claim = _Claim(owner, tuple(jobs), self._clock.seconds(), until)
        taken = await self._writer.run_bulk(_claims, claim, ("worker", owner))
        return [self._outbox.leased(one, beside) for one, beside in taken]


def _due(db: Database, row: dict[str, float]) -> list[tuple[int, str]]:
    if db.execute(O["stopped"]).fetchone():
        return []
    db.execute(Q["lapse"], row)
    return db.execute(Q["publish"], row).fetchall()


def _next_due(db: Database) -> float | None:
    found = db.execute(Q["next_due"]).fetchone() or ()
    return min((float(at) for at in found if at is not None), default=None)


def _claims(db: Pages, claims: Sequence[_Claim]) -> list[list[tuple[Taken, Beside]]]:
    return [_claimed(db, one) for one in claims]


def _claimed(db: Pages, claim: _Claim) -> list[tuple[Taken, Beside]]:
    db.execute(O["beat"], {"owner": claim.owner, "expires_at": claim.until})
    row = {**of_all(claim.jobs), "owner": claim.owner, "now": claim.now}
    stopped = db.execute(O["stopped"]).fetchone()
    jobs = [] if stopped else db.execute(Q["claim"], row).fetchall()
    if len(jobs) < len(claim.jobs):
        db.execute(Q["unclaimed"], row)
    return started(db, jobs, claim.now) if jobs else []
