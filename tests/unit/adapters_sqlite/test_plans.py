"""Queries stay flat as the store grows: each goes by an index. A new one is tested unasked."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from tests.unit.queries import (
    ALL,
    BY_TESTS,
    COUNTS,
    FLAT,
    MESSAGES,
    NEWEST_FIRST,
    ORDER,
    ORDERS,
    PAGES,
    SORTED,
)
from twofifty import sql
from twofifty.adapters.relational import archive
from twofifty.adapters.relational.archive import message_filters
from twofifty.notice.model import Status
from twofifty.track.model import MessageQuery, OrderQuery, Page

BOUNDED = frozenset({"meta", "dictionaries", "workers", "wanted", "found", "j", "latest"})
BOUNDED |= {"CONSTANT", "packs", "publications", "shops"}
"""Tables that do not grow with history; `wanted` are the ids that a query is asked for, `found` and
`shops` the sources there are, `j` the messages that have work left, `latest` what a subquery found,
`CONSTANT` no table at all."""


def plan(file: str, name: str) -> list[str]:
    return planned(sql.load(file)[name])


def planned(query: str) -> list[str]:
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


@pytest.mark.parametrize(("file", "name"), FLAT)
def test_no_query_walks_through_a_growing_table(file: str, name: str) -> None:
    steps = plan(file, name)
    assert scanned(steps) <= BOUNDED, steps
    if (file, name) not in SORTED:
        assert not any("TEMP B-TREE" in step for step in steps), steps


def test_what_is_told_of_queries_is_told_of_some_that_are_there() -> None:
    assert set(ALL) >= NEWEST_FIRST | COUNTS | BY_TESTS | SORTED | INDEXED.keys()


@pytest.mark.parametrize(("file", "name"), sorted(COUNTS))
def test_what_counts_everything_never_reads_the_rows_of_history(file: str, name: str) -> None:
    """It walks through indexes alone, through what has work left (`j`), and through a partial index
    that holds nothing as long as all is well."""
    fine = ("COVERING INDEX", "orders_unreasoned", "SCAN j", "SCAN once", "SCAN twice")
    walked = [step for step in plan(file, name) if step.startswith("SCAN")]
    assert all(any(part in step for part in fine) for step in walked), walked


class Explained:
    """A database that keeps how it would find what it is asked for, on the way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.seen: list[tuple[str, list[str]]] = []

    def execute(self, query: str, values: Mapping[str, Any] | None = None, /) -> sqlite3.Cursor:
        given = values or {}
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {query}", given).fetchall()
        self.seen.append((query, [row[3] for row in rows]))
        return self._connection.execute(query, given)


def asked(ask: Callable[[Any], object]) -> list[tuple[str, list[str]]]:
    """Every query of a look at a store with an order in it, and its plan."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(sql.read("schema"))
        connection.execute(ORDER)
        explained = Explained(connection)
        ask(explained)
        return explained.seen


ENDS = "ORDER BY"
WALKED = re.compile(r"^(SCAN|SEARCH) [ome]( USING INTEGER PRIMARY KEY \(rowid<\?\))?$")
"""One step after the other through the newest rows of all."""


def walks(steps: list[str]) -> bool:
    return any(WALKED.match(step) for step in steps)


def unbounded(seen: list[tuple[str, list[str]]], fits: bool) -> Iterator[list[str]]:
    """The plans that would look at ever more rows. `fits`: every row is wanted, so that a page is
    full after so many."""
    for query, steps in seen:
        of_some = " IN (" in query.rpartition("WHERE")[2]
        if walks(steps) and not (fits and ENDS in query):
            yield steps
        if any("TEMP B-TREE FOR ORDER BY" in step for step in steps) and not of_some:
            yield steps


@pytest.mark.parametrize("query", ORDERS, ids=str)
def test_a_page_of_orders_looks_at_so_many_at_most(query: OrderQuery) -> None:
    seen = asked(lambda db: archive._orders(db, query))
    assert not list(unbounded(seen, fits=not query.text and not query.source))


def test_a_page_of_messages_looks_at_so_many_at_most() -> None:
    for query in MESSAGES:
        seen = asked(partial(archive._asked, query=query))
        wanted = (query.order, query.recipient, query.status, query.kind, query.channel, query.code)
        assert not list(unbounded(seen, fits=not any(wanted))), query


def test_a_status_that_nearly_all_have_is_no_way_to_find_the_few() -> None:
    seen = asked(lambda db: archive._asked(db, MessageQuery(status="sent", kind="refund")))
    assert any(
        "messages_status (status=? AND rowid>?)" in one for _, steps in seen for one in steps
    )


@pytest.mark.parametrize("outcome", [None, "applied", "rejected"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_arrivals_looks_at_so_many_at_most(outcome: str | None, page: Page) -> None:
    seen = asked(lambda db: archive._events(db, outcome, page))
    assert not list(unbounded(seen, fits=outcome is None))


def test_a_scan_would_be_seen() -> None:
    assert scanned(plan("archive", "order_columns")) == {"o"}


INDEXED = {
    ("reports", "waiting"): "feedback_waiting",
    ("reports", "looked"): "feedback_message (message=? AND type=?)",
    ("reports", "seq_of_reply"): "messages_dotted (recipient=? AND channel=? AND dot_at>?)",
    ("reports", "last_heard"): "INTEGER PRIMARY KEY",
    ("reports", "sent_since"): "INTEGER PRIMARY KEY (rowid>?)",
    ("outbox", "recent"): "COVERING INDEX messages_dotted (recipient=? AND channel=? AND dot_at>?)",
    ("suppress", "blocking"): "suppressions_address",
    ("suppress", "listing"): "suppressions_standing",
    ("tasks", "listing"): "tasks_open",
    ("reach", "lost"): "messages_lost (kind=? AND created_at>?)",
    ("reach", "unsent"): "messages_unsent (kind=? AND created_at>? AND created_at<?)",
    ("reach", "released"): "brake_log_released",
    ("suppress", "last_subscribed"): "feedback_address (address=? AND channel=? AND type=?)",
    ("reach", "unproven"): "messages_unproven (kind=? AND created_at>? AND created_at<?)",
    ("reach", "fallbacks"): "messages_fallback (kind=? AND created_at>?)",
    ("message", "unsent_beside"): "messages_beside",
    ("archive", "orders_called"): "sqlite_autoindex_orders_1 (source=? AND source_order_id=?)",
    ("archive", "orders_of_address"): "orders_email (email=?)",
    ("archive", "work_without_job"): "messages_status (status=?)",
    ("prune", "events"): "INTEGER PRIMARY KEY (rowid>?)",
    ("prune", "messages"): "INTEGER PRIMARY KEY (rowid>?)",
    ("prune", "reports"): "INTEGER PRIMARY KEY (rowid>?)",
    ("shelf", "counts"): "INTEGER PRIMARY KEY (rowid>?)",
    ("dispatch", "lapse"): "jobs_published (published_until<?)",
    ("dispatch", "publish"): "jobs_unpublished (run_at<?)",
    ("dispatch", "lost"): "jobs_published (published_until<?)",
}


@pytest.mark.parametrize(("file", "name"), INDEXED)
def test_what_is_looked_for_again_and_again_is_at_hand(file: str, name: str) -> None:
    steps = plan(file, name)
    assert any(INDEXED[file, name] in step for step in steps), steps


def test_what_is_about_to_leave_for_an_address_is_found_by_it() -> None:
    steps = plan("outbox", "recent")
    assert any("messages_leaving (recipient=? AND channel=?)" in step for step in steps), steps


@pytest.mark.parametrize("status", ["failed", "held"])
def test_what_a_person_is_alarmed_by_is_found_by_its_code(status: Status) -> None:
    """The overview asks for it again and again; what else failed, and all that was sent, is passed
    over."""
    message = MessageQuery(status=status, code="given_up")
    clauses = " AND ".join(clause for clause, _ in message_filters(message))
    query = f"{sql.load('archive')['message_columns']} WHERE {clauses} AND m.seq < :before"
    steps = planned(f"{query} ORDER BY m.seq DESC LIMIT :limit")
    assert any("messages_parked (code=?" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_suspects_are_found_without_walking_the_backlog() -> None:
    assert any("jobs_suspect" in step for step in plan("outbox", "lease_suspect"))
    assert any("jobs_due" in step for step in plan("outbox", "lease"))
