"""The conservation law as queries: what was accepted is what the states add up to."""

import sqlite3

from twofifty import sql
from twofifty.track.model import Conservation

Q = sql.load("archive")

_LAWS = {
    "orders_without_word": "order {} has neither a message nor a stated reason",
    "notices_with_two_lives": "notice {} has two live messages that nobody asked for",
    "work_without_job": "message {} waits and nothing will send it",
    "job_without_work": "message {} is done and still has a job",
}


def audit(db: sqlite3.Connection) -> Conservation:
    """Counts everything in one snapshot and names what does not hold."""
    db.execute("BEGIN")
    try:
        return Conservation(
            events=_counted(db, "count_events"),
            orders=_counted(db, "count_orders"),
            messages=_counted(db, "count_messages"),
            violations=tuple(_violations(db)),
        )
    finally:
        db.execute("COMMIT")


def _counted(db: sqlite3.Connection, query: str) -> dict[str, int]:
    return {str(word): int(count) for word, count in db.execute(Q[query]).fetchall()}


def _violations(db: sqlite3.Connection) -> list[str]:
    return [
        sentence.format("/".join(str(part) for part in row))
        for law, sentence in _LAWS.items()
        for row in db.execute(Q[law]).fetchall()
    ]
