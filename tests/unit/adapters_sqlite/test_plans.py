"""Queries on the hot path stay flat as the store grows: each goes by an index."""

import re
import sqlite3

import pytest

from twofifty import sql

BOUNDED = frozenset({"meta", "dictionaries", "workers", "wanted", "found"})
"""Tables that do not grow with history; `wanted` are the ids that a query is asked for, `found` the
sources that have errands."""

FILES = ("intake", "amend", "errands", "books", "outbox", "message", "desk", "story")
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
    return {step.split()[1] for step in steps if step.startswith("SCAN")}


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


def test_suspects_are_found_without_walking_the_backlog() -> None:
    assert any("jobs_suspect" in step for step in plan("outbox", "lease_suspect"))
    assert any("jobs_due" in step for step in plan("outbox", "lease"))
