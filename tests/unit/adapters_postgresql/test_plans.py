"""Queries on the hot path stay flat as the store grows, for one row of values and for many."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
import psycopg
import pytest

from tests.acceptance.postgresql import PostgresqlServer
from tests.unit.queries import FLAT, MESSAGES, ORDERS, PAGES
from twofifty import sql
from twofifty.adapters.postgresql.bulk import bulk
from twofifty.adapters.postgresql.dialect import translated
from twofifty.adapters.postgresql.prepare import at_once, prepared
from twofifty.adapters.postgresql.url import target
from twofifty.adapters.postgresql.wire import connect
from twofifty.adapters.relational import archive
from twofifty.track.model import MessageQuery, Page

SMALL = frozenset({"meta", "dictionaries", "workers", "jobs", "packs", "publications", "positions"})
"""Tables that do not grow with history; `jobs` are what has work left."""
FEW = frozenset(
    {"feedback_waiting", "suppressions_standing", "tasks_open", "errands_due", "events_unread"}
    | {"errands_source_source_order_id_key", "amendments_waiting", "events_waiting"}
    | {"brake_log_released"}
)
"""Indexes of what is open alone, and of what people do."""
NEWEST = {("reports", "sent_since"), ("reports", "last_heard"), ("reports", "keep_body")}
"""They look at the newest end of a table by its key, which the plan does not say."""
BEGUN = {("archive", "job_without_work")}
"""Begun with what has work left, which here is as much as there is."""
FOUND = [place for place in FLAT if place not in NEWEST | BEGUN]


class Plan(msgspec.Struct, frozen=True):
    """A query's plans: for one row of values, and for many where there is a way."""

    one: list[dict[str, Any]]
    many: list[dict[str, Any]]

    def steps(self) -> list[dict[str, Any]]:
        return [*self.one, *self.many]


Plans = dict[tuple[str, str], Plan]
_SAID = {
    "status": "'sent'",
    "plan": "'owe'",
    "outcome": "'applied'",
    "scope": "'all'",
    "action": "'release'",
    "kind": "'confirmation'",
    "channel": "CASE WHEN n % 9 = 0 THEN 'sms' ELSE 'email' END",
    "reach": "CASE WHEN n % 40 > 0 THEN 'none' END",
    "lifted_at": "CASE WHEN n % 3 = 0 THEN n END",
    "source": "'shop'",
    "again": "NULL",
    "share": "1",
}
_FILLED = {"text": "'x' || n", "bigint": "n", "double precision": "n", "bytea": "'x'"}
_COLUMNS = """
SELECT table_name, string_agg(column_name, ',' ORDER BY ordinal_position),
       string_agg(data_type, ',' ORDER BY ordinal_position)
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name NOT IN ('meta', 'publications') GROUP BY 1"""


WORDS = (None, "applied", "rejected")


def _is_sought(query: MessageQuery) -> bool:
    """By more than one word of which nearly all may have it."""
    return bool(query.order or query.recipient or query.kind or query.channel or query.code)


def _events(db: Any, outcome: str | None, page: Page) -> object:
    return archive._events(db, outcome, page)


@pytest.fixture(scope="module")
def grown(server: PostgresqlServer) -> str:
    """A database with some history in it, of which the server has its statistics."""
    url = server.database("grown")
    at_once(lambda: prepared(target(f"{url}?unsafe=yes"), None))
    with psycopg.connect(url, autocommit=True) as connection:
        for table, names, kinds in connection.execute(_COLUMNS).fetchall():
            columns = dict(zip(names.split(","), kinds.split(","), strict=True))
            values = ", ".join(_SAID.get(name, _FILLED[kind]) for name, kind in columns.items())
            rows = f"SELECT {values} FROM generate_series(1, 3000) n"
            connection.execute(f"INSERT INTO {table} ({names}) {rows} ON CONFLICT DO NOTHING")
        connection.execute("ANALYZE")
    return f"{url}?unsafe=yes"


@pytest.fixture(scope="module")
def plans(grown: str) -> Plans:
    return asyncio.run(planned(grown))


@pytest.fixture(scope="module")
def young_plans(server: PostgresqlServer) -> Plans:
    """Those of a store that has just been made, which are kept for a while as it grows."""
    return asyncio.run(planned(f"{server.url('pattern')}?unsafe=yes"))


async def planned(url: str) -> Plans:
    connection = await connect(target(url), indexed=True)
    found = {}
    for place in FLAT:
        file, name = place
        statement = translated(sql.load(file)[name])
        prepared = await connection.prepare(statement.numbered())
        types = [kind.name for kind in prepared.get_parameters()]
        way = bulk(statement, types)
        one = await explained(connection, statement.numbered(), types)
        arrays = [f"{kind}[]" for kind in types]
        many = await explained(connection, way.text, arrays) if way else []
        found[place] = Plan(one, many)
    await connection.close(timeout=1)
    return found


async def explained(connection: Any, text: str, types: Sequence[str]) -> list[dict[str, Any]]:
    """Every step of the plan that is made once for all values."""
    given = f"({', '.join(types)})" if types else ""
    await connection.execute(f"PREPARE asked{given} AS {text}")
    nothing = f"({', '.join(['NULL'] * len(types))})" if types else ""
    told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{nothing}")
    await connection.execute("DEALLOCATE asked")
    return list(walked(json.loads(told)[0]["Plan"]))


def walked(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for below in step.get("Plans", ()):
        yield from walked(below)


def walks_history(step: dict[str, Any]) -> bool:
    """Whether a step reads a growing table, or a whole index of one, from one end to the other."""
    table, index = step.get("Relation Name", ""), step.get("Index Name", "")
    if table in SMALL or index in FEW or index.partition("_")[0] in SMALL:
        return False
    if step["Node Type"] == "Seq Scan":
        return True
    return "Scan" in step["Node Type"] and bool(index) and "Index Cond" not in step


@pytest.mark.parametrize(("file", "name"), FOUND)
def test_no_hot_query_walks_through_a_growing_table(plans: Plans, file: str, name: str) -> None:
    steps = plans[file, name].steps()
    assert [step for step in steps if walks_history(step)] == []


@pytest.mark.parametrize(("file", "name"), FLAT)
def test_no_hot_query_of_a_young_store_reads_whole_tables(
    young_plans: Plans, file: str, name: str
) -> None:
    steps = [step for step in young_plans[file, name].steps() if step["Node Type"] == "Seq Scan"]
    assert [step for step in steps if step["Relation Name"] not in SMALL] == []


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("outbox", "lease"),
        ("outbox", "lease_suspect"),
        ("dispatch", "publish"),
        ("errands", "take"),
    ],
)
def test_what_is_taken_from_a_backlog_does_not_read_all_of_it(
    plans: Plans, young_plans: Plans, file: str, name: str
) -> None:
    for known in (plans, young_plans):
        kinds = {step["Node Type"] for step in known[file, name].one}
        assert "Limit" in kinds
        assert not kinds & {"Sort", "Bitmap Heap Scan", "Seq Scan"}


@pytest.mark.parametrize(("file", "name"), [("outbox", "leased"), ("amend", "said_body")])
def test_the_first_or_last_of_an_order_is_found_without_those_of_others(
    plans: Plans, young_plans: Plans, file: str, name: str
) -> None:
    ends = {"messages_order", "revisions_order"}
    for known in (plans, young_plans):
        assert ends & {step.get("Index Name") for step in known[file, name].steps()}


class Explained:
    """A database that keeps how it would find what it is asked for, on the way."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self.seen: list[tuple[str, list[dict[str, Any]]]] = []

    def execute(self, query: str, values: Mapping[str, Any] | None = None, /) -> Any:
        statement = translated(query)
        given = [(values or {})[name] for name in statement.names]
        cursor = psycopg.RawCursor(self._connection)
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.numbered()}".encode(), given)
        (told,) = cursor.fetchone() or ([],)
        self.seen.append((query, list(walked(told[0]["Plan"]))))
        return psycopg.RawCursor(self._connection).execute(statement.numbered().encode(), given)


LOOKS: list[tuple[Callable[[Any], object], bool]] = [
    *((partial(archive._orders, query=one), bool(one.text)) for one in ORDERS),
    *((partial(archive._asked, query=one), _is_sought(one)) for one in MESSAGES),
    *((partial(_events, outcome=word, page=page), False) for word in WORDS for page in PAGES),
]
"""Each with whether it looks for the few among many, so that a page may never be full."""
LESS_THAN_A_WINDOW = {"messages_beside"}
"""Taken where the server knows that there is less of it."""
LISTS = frozenset({"orders", "messages", "events"})


def test_a_look_at_the_store_never_walks_through_history(grown: str) -> None:
    """By the statistics, as readers do, but for what pays in tables of this size alone: to read all
    of one."""
    with psycopg.connect(grown.partition("?")[0], autocommit=True) as connection:
        for way in ("seqscan", "hashjoin", "mergejoin"):
            connection.execute(f"SET enable_{way} = off".encode())
        for look, sought in LOOKS:
            explained = Explained(connection)
            look(explained)
            for query, steps in explained.seen:
                lists = [step for step in steps if step.get("Relation Name") in LISTS]
                if sought and "LIMIT" in query:
                    walking = {step.get("Index Name") for step in lists if walks_history(step)}
                    assert walking <= LESS_THAN_A_WINDOW, query
                assert not [step for step in lists if step["Node Type"] == "Seq Scan"], query


def test_a_walk_would_be_seen(server: PostgresqlServer) -> None:
    async def look() -> list[dict[str, Any]]:
        connection = await connect(target(f"{server.url('pattern')}?unsafe=yes"), indexed=True)
        steps = await explained(connection, "SELECT * FROM orders WHERE customer = 'x'", ())
        await connection.close(timeout=1)
        return steps

    assert any(walks_history(step) for step in asyncio.run(look()))


INDEXED = {
    ("intake", "events_among"): "events_source_key_key",
    ("intake", "orders_among"): "orders_source_source_order_id_key",
    ("outbox", "recent"): "messages_dotted",
    ("reports", "seq_of_reply"): "messages_dotted",
    ("suppress", "blocking"): "suppressions_address",
    ("suppress", "last_delivered"): "feedback_address",
    ("reach", "lost"): "messages_lost",
    ("reach", "unsent"): "messages_unsent",
    ("reach", "unproven"): "messages_unproven",
    ("reach", "fallbacks"): "messages_fallback",
    ("message", "unsent_beside"): "messages_beside",
}


@pytest.mark.parametrize(("file", "name"), INDEXED)
def test_what_is_looked_for_again_and_again_is_at_hand(plans: Plans, file: str, name: str) -> None:
    used = {step.get("Index Name") for step in plans[file, name].steps()}
    assert INDEXED[file, name] in used
