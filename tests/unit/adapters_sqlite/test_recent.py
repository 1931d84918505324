"""How much went to an address, counted in the store: every one of it, however many there are."""

import contextlib
import sqlite3

import pytest

from twofifty import sql

_MANY = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO messages (id, notice_id, order_id, kind, channel, recipient, status, dot_at,
                      created_at, updated_at)
SELECT :status || :at || i, i, i, 'confirmation', 'email', 'Busy@example.com', :status, :at, 0, 0
FROM n
"""
_ASKING = """
INSERT INTO messages (id, notice_id, order_id, kind, channel, recipient, status,
                      created_at, updated_at)
VALUES ('asks', 0, 0, 'confirmation', :channel, 'busy@example.com', 'queued', 0, 0)
RETURNING seq
"""


def recent(*kinds: tuple[int, str, float | None], channel: str = "email", of: int = 0) -> int:
    """What is counted for one more mail to the address, or for the row `of`, where there are so
    many of a status whose dots left then."""
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.executescript(sql.read("schema"))
        for count, status, at in kinds:
            db.execute(_MANY, {"count": count, "status": status, "at": at or 0.0})
            if at is None:
                db.execute("UPDATE messages SET dot_at = NULL WHERE status = ?", (status,))
        (asks,) = db.execute(_ASKING, {"channel": channel}).fetchone()
        row = {"ids": f"[{of or asks}]", "since": 1_000.0}
        ((_, found),) = db.execute(sql.load("outbox")["recent"], row).fetchall()
        return int(found)


@pytest.mark.parametrize("count", [1, 999, 1_000, 1_001, 25_000])
def test_no_cap_is_too_high_to_be_reached(count: int) -> None:
    assert recent((count, "sent", 2_000.0)) == count
    assert recent((count, "sending", None)) == count


def test_what_left_before_the_hour_or_waits_does_not_count() -> None:
    assert recent((3, "sent", 1_000.0), (4, "queued", None), (5, "sent", 1_000.5)) == 5


def test_what_asks_does_not_count_itself_while_its_dot_has_not_left() -> None:
    assert recent((3, "sending", None), of=2) == 2


def test_another_channel_does_not_count() -> None:
    assert recent((3, "sent", 2_000.0), (2, "sending", None), channel="sms") == 0
