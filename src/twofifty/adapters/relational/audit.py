"""The conservation law as queries: what was accepted is what the states add up to.

The tally reads indexes only, never the rows themselves: a busy store has millions of them.
"""

import msgspec

from twofifty import sql
from twofifty.adapters.relational.ports import Database, Reader
from twofifty.track.model import Conservation, Tally
from twofifty.track.moments import instant

Q = sql.load("archive")
T = sql.load("audit")
SHOWN = 20

_LAWS = {
    "orders_without_word": "order {} has neither a message nor a stated reason",
    "notices_with_two_lives": "notice {} has two live messages that nobody asked for",
    "work_without_job": "message {} waits and nothing will send it",
    "job_without_work": "message {} is done and still has a job",
}


class SqlAudit:
    """`track.ports.Audit` on SQL."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def tally(self) -> Tally:
        """See `track.ports.Audit`."""
        return await self._reader.run(_tally)


def _tally(db: Database) -> Tally:
    db.execute("BEGIN")
    try:
        return _tallied(db)
    finally:
        db.execute("COMMIT")


def _tallied(db: Database) -> Tally:
    by_plan, by_outcome = _words(db, "orders"), _words(db, "events")
    unexplained = _rows(db, "unconfirmed") + _rows(db, "unreasoned")
    doubled = _rows(db, "doubled")
    oldest = _one(db, "waiting_oldest")
    return Tally(
        orders=sum(by_plan.values()),
        by_plan=by_plan,
        confirmed=int(_one(db, "confirmed") or 0),
        events=sum(by_outcome.values()),
        by_outcome=by_outcome,
        unexplained=_named(db, unexplained),
        unexplained_count=len(unexplained),
        doubled=_named(db, doubled),
        doubled_count=len(doubled),
        waiting_oldest=None if oldest is None else instant(oldest),
        work_without_job=int(_one(db, "work_without_job") or 0),
        job_without_work=int(_one(db, "job_without_work") or 0),
    )


def _words(db: Database, query: str) -> dict[str, int]:
    return {str(word): int(count) for word, count in db.execute(T[query]).fetchall()}


def _rows(db: Database, query: str) -> list[int]:
    return [int(row) for (row,) in db.execute(T[query]).fetchall()]


def _one(db: Database, query: str) -> float | None:
    (value,) = db.execute(T[query]).fetchone()
    return None if value is None else float(value)


def _named(db: Database, rows: list[int]) -> tuple[tuple[str, str], ...]:
    """The first few by what their shops call them."""
    found = (db.execute(T["named"], {"id": row}).fetchone() for row in rows[:SHOWN])
    return tuple((str(source), str(order_id)) for source, order_id in found)


def audit(db: Database) -> Conservation:
    """Counts everything in one snapshot and names what does not hold."""
    db.execute("BEGIN")
    try:
        return msgspec.structs.replace(counted(db), violations=violations(db))
    finally:
        db.execute("COMMIT")


def counted(db: Database) -> Conservation:
    """How many there are of each state; what does not hold is not looked for."""
    return Conservation(
        events=_counted(db, "count_events"),
        orders=_counted(db, "count_orders"),
        messages=_counted(db, "count_messages"),
    )


def _counted(db: Database, query: str) -> dict[str, int]:
    return {str(word): int(count) for word, count in db.execute(Q[query]).fetchall()}


def violations(db: Database) -> tuple[str, ...]:
    """What does not hold, in words."""
    return tuple(
        sentence.format("/".join(str(part) for part in row))
        for law, sentence in _LAWS.items()
        for row in db.execute(Q[law]).fetchall()
    )
