"""Queries on the hot path stay flat as the store grows: each goes by an index."""

import re
import sqlite3

import pytest

from twofifty import sql
from twofifty.adapters.relational.archive import message_filters
from twofifty.notice.model import Status
from twofifty.track.model import MessageQuery

BOUNDED = frozenset({"meta", "dictionaries", "workers", "wanted", "found", "j", "latest"})
BOUNDED |= {"CONSTANT"}
"""Tables that do not grow with history; `wanted` are the ids that a query is asked for, `found` the
sources that have errands, `j` the messages that have work left, `latest` what a subquery found,
`CONSTANT` no table at all."""

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
FILES += ("reports", "suppress", "tasks", "brakes", "reach", "dispatch", "contents")
HOT = [(file, name) for file in FILES for name in sql.load(file)]


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


@pytest.mark.parametrize(("file", "name"), HOT)
def test_no_hot_query_walks_through_a_growing_table(file: str, name: str) -> None:
    steps = plan(file, name)
    assert scanned(steps) <= BOUNDED, steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize("name", sorted(sql.load("audit")))
def test_the_tally_never_reads_the_rows_of_history(name: str) -> None:
    """It walks through indexes alone, through what has work left (`j`), and through a partial index
    that holds nothing as long as all is well."""
    fine = ("COVERING INDEX", "orders_unreasoned", "SCAN j", "SCAN once")
    walked = [step for step in plan("audit", name) if step.startswith("SCAN")]
    assert all(any(part in step for part in fine) for step in walked), walked


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
