"""Queries on the hot path stay flat as the store grows: each goes by an index."""

import re
import sqlite3

import pytest

from twofifty import sql

BOUNDED = frozenset({"meta", "dictionaries", "workers", "wanted", "found", "j"})
"""Tables that do not grow with history; `wanted` are the ids that a query is asked for, `found` the
sources that have errands, `j` the messages that have work left."""

FILES: tuple[str, ...] = (
    "intake",
    "amend",
    "errands",
    "books",
    "outbox",
    "message",
    "desk",
    "story",
)
FILES += ("reports", "suppress", "tasks", "brakes", "reach")
HOT = [(file, name) for file in FILES for name in sql.load(file)]


def plan(file: str, name: str) -> list[str]:
    query = sql.load(file)[name]
    values = dict.fromkeys(re.findall(r":(\w+)", query))
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(sql.read("schema"))
        rows = connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
        return [row[3] for row in rows]
    finally:
        connection.close()


def scanned(steps: list[str]) -> set[str]:
    """What is walked through, but for what a subquery gave, which is walked through there."""
    walked = {step.split()[1] for step in steps if step.startswith("SCAN")}
    return {name for name in walked if not name.startswith("(subquery")}


@pytest.mark.parametrize(("file", "name"), HOT)
def test_no_hot_query_walks_through_a_growing_table(file: str, name: str) -> None:
    steps = plan(file, name)
    assert scanned(steps) <= BOUNDED, steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize("name", sorted(sql.load("audit")))
def test_the_tally_never_reads_the_rows_of_history(name: str) -> None:
    """It walks through indexes alone, through what has work left (`j`), and through a partial index
    that holds nothing as long as all is well."""
    fine = ("COVERING INDEX", "orders_unreasoned", "SCAN j", "(subquery")
    walked = [step for step in plan("audit", name) if step.startswith("SCAN")]
    assert all(any(part in step for part in fine) for step in walked), walked


def test_a_scan_would_be_seen() -> None:
    assert scanned(plan("archive", "order_columns")) == {"o"}


INDEXED = {
    ("reports", "waiting"): "feedback_waiting",
    ("reports", "looked"): "feedback_message (message=? AND type=?)",
    ("reports", "seq_of_reply"): "messages_dotted (recipient=? AND dot_at>?)",
    ("reports", "last_heard"): "INTEGER PRIMARY KEY",
    ("reports", "sent_since"): "INTEGER PRIMARY KEY (rowid>?)",
    ("outbox", "leased"): "messages_dotted (recipient=? AND dot_at>?)",
    ("suppress", "blocking"): "suppressions_address",
    ("suppress", "listing"): "suppressions_standing",
    ("tasks", "listing"): "tasks_open",
    ("reach", "lost"): "messages_lost (kind=? AND created_at>?)",
    ("reach", "unproven"): "messages_unproven (kind=? AND created_at>? AND created_at<?)",
    ("reach", "fallbacks"): "messages_fallback (kind=? AND created_at>?)",
    ("message", "unsent_beside"): "messages_beside",
}


@pytest.mark.parametrize(("file", "name"), INDEXED)
def test_what_is_looked_for_again_and_again_is_at_hand(file: str, name: str) -> None:
    steps = plan(file, name)
    assert any(INDEXED[file, name] in step for step in steps), steps


def test_suspects_are_found_without_walking_the_backlog() -> None:
    assert any("jobs_suspect" in step for step in plan("outbox", "lease_suspect"))
    assert any("jobs_due" in step for step in plan("outbox", "lease"))
