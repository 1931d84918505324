"""The shared queries in PostgreSQL's words, and one statement for many."""

import asyncio
from typing import Any

import pytest

from twofifty import sql
from twofifty.adapters.postgresql.bulk import bulk
from twofifty.adapters.postgresql.dialect import translated
from twofifty.adapters.postgresql.line import How, Known, Line
from twofifty.adapters.postgresql.lockstep import Asked
from twofifty.adapters.postgresql.url import target
from twofifty.adapters.postgresql.wire import connect

PAIRS = """
SELECT a FROM t INDEXED BY i WHERE b IS :c
SELECT a FROM t WHERE b IS NOT DISTINCT FROM $1

SELECT a FROM t WHERE b IS NOT o.c
SELECT a FROM t WHERE b IS DISTINCT FROM o.c

SELECT a FROM t WHERE b IS NOT NULL
SELECT a FROM t WHERE b IS NOT NULL

SELECT max(a), max(b, :c)
SELECT max(a), greatest(b, $1)

SELECT min(a, coalesce(b, :c, 0))
SELECT least(a, coalesce(b, $1, 0))

SELECT ':no', a FROM t WHERE b = :b -- :neither
SELECT ':no', a FROM t WHERE b = $1

SELECT a FROM m WHERE m.recipient = :r
SELECT a FROM m WHERE lower(m.recipient) = lower($1)

SELECT a FROM m WHERE +m.status = :s
SELECT a FROM m WHERE m.status = $1

DELETE FROM t WHERE b = :b AND c = :b RETURNING d
DELETE FROM t WHERE b = $1 AND c = $1 RETURNING d

SELECT a FROM t WHERE b IN (SELECT c FROM d)
SELECT a FROM t WHERE b = ANY (ARRAY(SELECT c FROM d))

SELECT CAST(:a AS INTEGER)::text
SELECT CAST($1 AS bigint)::text
"""


@pytest.mark.parametrize("pair", PAIRS.strip().split("\n\n"))
def test_a_shared_query_is_said_in_other_words(pair: str) -> None:
    shared, said = pair.split("\n")
    assert translated(shared).numbered() == said


def test_what_changes_a_table_is_known_by_it() -> None:
    assert translated(sql.load("outbox")["dot"]).writes == "messages"
    assert translated(sql.load("outbox")["lease"]).writes == "jobs"
    assert translated(sql.load("outbox")["owned"]).writes == ""


FILES: tuple[str, ...] = (
    "amend",
    "archive",
    "audit",
    "books",
    "brakes",
    "desk",
    "dispatch",
    "duties",
    "errands",
)
FILES += ("intake", "message", "origin", "outbox", "prune", "reach", "reports", "shelf", "story")
FILES += ("suppress", "tasks")


def test_the_server_understands_every_query_for_one_and_for_many(url: str) -> None:
    async def run() -> int:
        connection = await connect(target(url))
        ways = 0
        for query in [query for file in FILES for query in sql.load(file).values()]:
            statement = translated(query)
            prepared = await connection.prepare(statement.numbered())
            way = bulk(statement, [kind.name for kind in prepared.get_parameters()])
            if way is not None:
                await connection.prepare(way.text)
            single = not statement.names or statement.text.startswith("WITH ")
            assert way is not None or single, query
            ways += way is not None
        await connection.close(timeout=1)
        return ways

    assert asyncio.run(run()) > 100


EVENT = "INSERT INTO events (source, key, digest, topic, received_at, outcome, body) VALUES "
EVENT += "('shop', :key, 'd', 't', 1, 'applied', :body) ON CONFLICT (source, key) DO NOTHING "
EVENT += "RETURNING id, key"


def answers(url: str, *asked: tuple[str, list[dict[str, Any]]]) -> list[list[Any]]:
    """What each row of each query finds, in one transaction."""

    async def run() -> list[list[Any]]:
        connection = await connect(target(url))
        line = Line(connection, Known())
        found = []
        for query, rows in asked:
            cursors = await line.answer(Asked(query, rows), How())
            found.append([(cursor.rowcount, cursor.fetchall()) for cursor in cursors])
        await connection.close(timeout=1)
        return found

    return asyncio.run(run())


def rows_of(found: list[Any]) -> list[list[tuple]]:
    return [[tuple(row) for row in rows] for _, rows in found]


def test_of_many_each_is_given_what_one_would_be_given(url: str) -> None:
    keys = [{"key": f"k{n}", "body": b"x"} for n in (3, 1, 2)]
    again = [{"key": f"k{n}", "body": b"y"} for n in (9, 1, 8)]
    look = "SELECT key FROM events WHERE key >= :key ORDER BY key DESC LIMIT 2"
    change = "UPDATE events SET topic = 'seen', repeats = repeats + :more WHERE key = :key"
    made, met, seen, changed, gone = answers(
        url,
        (EVENT, keys),
        (EVENT, again),
        (look, [{"key": "k2"}, {"key": "k9"}, {"key": "z"}]),
        (change, [{"key": "k8", "more": 2}, {"key": "none", "more": 1}]),
        ("DELETE FROM events WHERE key = :key RETURNING repeats", [{"key": "k8"}, {"key": "k9"}]),
    )
    assert [rows[0][1] for rows in rows_of(made)] == ["k3", "k1", "k2"]
    assert [len(rows) for rows in rows_of(met)] == [1, 0, 1]
    assert rows_of(seen) == [[("k9",), ("k8",)], [("k9",)], []]
    assert [count for count, _ in changed] == [1, 0]
    assert rows_of(gone) == [[(2,)], [(0,)]]


def test_rows_without_a_key_come_back_in_their_order(url: str) -> None:
    insert = "INSERT INTO revisions (order_id, event_id, at, outcome) VALUES (:o, 1, 1, 'x')"
    insert += " RETURNING id, order_id"
    (made,) = answers(url, (insert, [{"o": n} for n in range(200)]))
    found = [row for rows in rows_of(made) for row in rows]
    assert [order for _, order in found] == list(range(200))
    assert [number for number, _ in found] == sorted(number for number, _ in found)


def test_of_one_key_twice_at_once_the_first_is_kept(url: str) -> None:
    (made,) = answers(url, (EVENT, [{"key": "k", "body": b"1"}, {"key": "k", "body": b"2"}]))
    assert [len(rows) for rows in rows_of(made)] == [1, 0]
