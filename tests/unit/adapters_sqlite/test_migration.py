"""A store of schema 1 becomes one of today: all of it or nothing, and with all that it kept."""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from twofifty import sql
from twofifty.adapters.memory.store import MemoryStore
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.sqlite.database import SCHEMA_VERSION, connect, prepare
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.deliver.ports import BrakeState
from twofifty.errors import StartError
from twofifty.intake.ports import Arrival
from twofifty.notice.reach import ReachRule
from twofifty.order.events import Amendment
from twofifty.order.model import Order
from twofifty.testing.clock import NOON, FrozenClock
from twofifty.testing.contracts.store_bench import UNPAID, Bench, How, an_order, lawful, planner

PLAIN = Codec({})
HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PAID = Amendment(type="payment.paid", source="shop", order_id="1002", at=NOON, payment="paid")

EVENT = """INSERT INTO events
(id, source, key, digest, topic, received_at, outcome, reason, order_id, repeats, repeated_at, body)
VALUES (:id, 'shop', :key, :digest, 'orders/create', :at, :outcome, :reason, :order_id, 0, NULL,
        :body)"""
ORDER = """INSERT INTO orders
(id, source, source_order_id, number, email, customer, currency, total, payment, placed_at,
 received_at, updated_at, revision, revision_id, facts, plan, code, reason)
VALUES (:id, 'shop', :order_id, :number, :email, 'Alex Example', 'EUR', '82.95', :payment, :at,
        :at, :at, 3, :id, :facts, :plan, :code, :reason)"""
REVISION = """INSERT INTO revisions (id, order_id, event_id, at, revision, outcome, plan, body)
VALUES (:id, :id, :id, :at, 3, 'applied', :plan, :body)"""


class Old:
    """A store as the first version wrote it."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.executescript((HERE / "schema_1.sql").read_text(encoding="utf-8"))
        self.db.execute("PRAGMA user_version=1")
        self.bench = Bench(MemoryStore(FrozenClock()), FrozenClock())

    def order(self, number: int, order: Order) -> None:
        """An order with its event and its revision, and its queued confirmation if it is paid."""
        arrival = self.bench.arrival(order, How(key=f"k{number}"))
        row = {**self._event(number, arrival), **self._decided(order)}
        row |= {"order_id": order.id, "number": order.number, "email": order.customer.email}
        row |= {"payment": order.state.payment, "facts": arrival.planned[0].facts}
        self.db.execute(ORDER, row)
        self.db.execute(EVENT, {**row, "outcome": "applied", "reason": None, "order_id": number})
        self.db.execute(REVISION, row)
        if row["plan"] == "owe":
            self._message(number, order)

    def unread(self, number: int, order: Order, *, again: int | None = None) -> None:
        """An arrival that could not be used; `again`: the event with which it was read."""
        row = self._event(number, self.bench.arrival(order, How(key=f"k{number}")))
        row |= {"order_id": None, "outcome": "rejected", "reason": "no currency"}
        self.db.execute(EVENT, row)
        if again is not None:
            row |= {"id": again, "key": f"id:k{number}#again:1", "outcome": "ignored"}
            self.db.execute(EVENT, row)

    @staticmethod
    def _event(number: int, arrival: Arrival) -> dict[str, object]:
        return {
            "id": number,
            "key": arrival.key,
            "digest": arrival.digest,
            "at": arrival.received_at.timestamp(),
            "body": PLAIN.pack(arrival.body),
        }

    @staticmethod
    def _decided(order: Order) -> dict[str, object]:
        if order.state.payment == "paid":
            return {"plan": "owe", "code": None, "reason": None}
        return {"plan": "wait", "code": "awaiting_payment", "reason": "the payment is pending"}

    def _message(self, number: int, order: Order) -> None:
        at, to = NOON.timestamp(), order.customer.email
        self.db.execute(
            "INSERT INTO notices VALUES (?, ?, ?, 'confirmation', 'email', ?, '', ?, 0)",
            (number, f"digest{number}", number, to, at),
        )
        self.db.execute(
            "INSERT INTO messages (seq, id, notice_id, order_id, kind, channel, recipient, status,"
            " created_at, updated_at)"
            " VALUES (?, ?, ?, ?, 'confirmation', 'email', ?, 'queued', ?, ?)",
            (number, f"m_{number}", number, number, to, at, at),
        )
        self.db.execute(
            "INSERT INTO message_events (message, at, status, cause)"
            " VALUES (?, ?, 'queued', 'planned')",
            (number, at),
        )
        self.db.execute(
            "INSERT INTO jobs (message, run_at, since) VALUES (?, ?, ?)", (number, at, at)
        )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    written = Old(path)
    written.order(1, an_order("1001", revision=3, locale="de"))
    written.order(2, an_order("1002", revision=3, state=UNPAID))
    written.unread(3, an_order("1003"))
    written.unread(4, an_order("1004"), again=5)
    written.db.close()
    return path


def fill(path: Path, count: int) -> None:
    """Many events more, so that a migration takes a while."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO events (source, key, digest, topic, received_at, outcome, body)"
            " SELECT 'many', 'k' || i, x'00', 't', 0.0, 'ignored', randomblob(1000) FROM n",
            (count,),
        )


def shape(path: Path) -> dict[str, object]:
    """Tables with their columns and references, indices with their columns and conditions."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        found: dict[str, object] = {}
        for kind, name, table, text in rows:
            if kind == "table":
                columns = db.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)).fetchall()
                referring = db.execute(
                    "SELECT * FROM pragma_foreign_key_list(?)", (name,)
                ).fetchall()
                found[name] = (columns, referring, "STRICT" in text, "WITHOUT ROWID" in text)
            elif text:
                found[name] = (table, " ".join(text.split()))
        return found


def dumped(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that schema 1 has, in the columns that it has."""
    with contextlib.closing(sqlite3.connect(":memory:")) as first:
        first.executescript((HERE / "schema_1.sql").read_text(encoding="utf-8"))
        named = first.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [row[0] for row in named.fetchall()]
        columns = {
            table: [row[1] for row in first.execute(f"PRAGMA table_info({table})")]
            for table in tables
        }
    with contextlib.closing(sqlite3.connect(path)) as db:
        return {
            table: db.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1").fetchall()
            for table, names in columns.items()
            if table != "meta"
        }


def version(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_a_migrated_store_has_the_shape_of_a_new_one(old: Path, tmp_path: Path) -> None:
    prepare(old)
    new = tmp_path / "new.db"
    prepare(new)
    assert shape(old) == shape(new)
    assert version(old) == version(new) == SCHEMA_VERSION


def test_every_schema_has_its_migration() -> None:
    for step in range(2, SCHEMA_VERSION + 1):
        assert sql.read(f"migrations/{step:04}")


def test_nothing_that_was_kept_is_lost(old: Path) -> None:
    before = dumped(old)
    prepare(old)
    assert dumped(old) == before
    with contextlib.closing(connect(old)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("DELETE FROM events WHERE id = 1")


def test_a_mail_said_what_the_order_was_when_it_left(old: Path) -> None:
    """Later its order changed, and later still the mail's own row: a doubt ended, or it bounced."""
    left = NOON.timestamp() + 60
    with contextlib.closing(sqlite3.connect(old)) as db, db:
        db.execute(
            "UPDATE messages SET status = 'sent', dot_at = :left, sent_at = :left + 120,"
            " updated_at = :left + 120, raw = x'00' WHERE seq = 1",
            {"left": left},
        )
        db.execute(
            "INSERT INTO revisions (id, order_id, event_id, at, revision, outcome, plan, body)"
            " SELECT 9, order_id, event_id, :at, 4, outcome, plan, body FROM revisions"
            " WHERE id = 1",
            {"at": left + 60},
        )
    prepare(old)
    with contextlib.closing(connect(old)) as db:
        assert db.execute("SELECT revision_id FROM messages WHERE seq = 1").fetchone() == (1,)


def test_what_was_mailed_before_is_nobodys_to_reach_and_can_be_heard_of(old: Path) -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        bench = Bench(SqliteStore(old, clock, plan=planner(clock)), clock)
        message = (await bench.send()).message_id
        await bench.hear(message, "bounced", bounce="hard")
        assert await bench.statuses() == ["bounced"]
        rule = ReachRule(kind="confirmation", channels=("sms",))
        assert await bench.store.reach.unreached((rule,), clock.seconds(), 10) == []
        assert (await bench.store.brakes.state()) == BrakeState()
        await lawful(bench.store)
        await bench.store.close()

    asyncio.run(scenario())


def test_a_migrated_store_behaves_as_before(old: Path) -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        bench = Bench(SqliteStore(old, clock, plan=planner(clock)), clock)
        first = an_order("1001", revision=3, locale="de")
        assert (await bench.accept(first, How(key="k1"))).duplicate
        assert (await bench.accept(first, How(key="other"))).outcome == "unchanged"
        assert (await bench.accept(an_order("1001", revision=2))).outcome == "stale"
        assert (await bench.send()).message_id == "m_1"
        await bench.accept(an_order("1001", revision=4, locale="fr", note="more"))
        order = await bench.order("1001")
        assert (order.locale, order.note) == ("de", "more")
        assert await bench.statuses("1001") == ["sent"]
        await lawful(bench.store)
        await bench.store.close()

    asyncio.run(scenario())


def test_news_finds_an_order_of_before(old: Path) -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        bench = Bench(SqliteStore(old, clock, plan=planner(clock)), clock)
        assert len((await bench.tell(PAID)).messages) == 1
        assert (await bench.order("1002")).state.payment == "paid"
        assert (await bench.store.books.known("shop", ["1002"]))["1002"].plan == "owe"
        await lawful(bench.store)
        await bench.store.close()

    asyncio.run(scenario())


def test_what_was_rejected_before_is_listed_unless_it_was_read_since(old: Path) -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        bench = Bench(SqliteStore(old, clock, plan=planner(clock)), clock)
        (kept,) = await bench.store.books.rejected(None, "", 10)
        assert (kept.event_id, kept.key) == ("e_3", "id:k3")
        assert (await bench.event("e_4")).again == "e_5"
        await bench.store.close()

    asyncio.run(scenario())


def test_a_migration_that_fails_leaves_the_old_store(old: Path) -> None:
    with contextlib.closing(sqlite3.connect(old)) as db:
        db.execute("UPDATE events SET order_id = 99 WHERE id = 3")
        db.commit()
    before = dumped(old)
    with pytest.raises(StartError, match="refers to a row of orders"):
        prepare(old)
    assert version(old) == 1
    assert dumped(old) == before


def run(code: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


DYING = """
    import os, signal, sys, pathlib
    from twofifty.adapters.sqlite.database import bring_up, connect

    left = int(sys.argv[2])

    def count(statement):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    connection = connect(pathlib.Path(sys.argv[1]))
    connection.set_trace_callback(count)
    bring_up(connection)
"""


def test_a_migration_that_is_killed_at_any_statement_was_all_or_nothing(old: Path) -> None:
    before, statement, ended = dumped(old), 0, -9
    while ended == -9:
        ended = run(DYING, old, statement).wait()
        assert version(old) == (1 if ended == -9 else SCHEMA_VERSION)
        assert dumped(old) == before
        statement += 4
    assert (ended, version(old)) == (0, SCHEMA_VERSION)
    assert statement > 20


PREPARING = """
    import sys, pathlib
    from twofifty.adapters.sqlite.database import prepare

    prepare(pathlib.Path(sys.argv[1]))
    print("done")
"""


def test_processes_that_start_at_once_migrate_once(old: Path) -> None:
    fill(old, 20_000)
    before = dumped(old)
    running = [run(PREPARING, old) for _ in range(3)]
    said = [process.communicate()[0] for process in running]
    assert said == ["done\n"] * 3
    assert version(old) == SCHEMA_VERSION
    assert dumped(old) == before
