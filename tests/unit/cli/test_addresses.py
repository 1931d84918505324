"""`twofifty suppressions`, `tasks` and `brake`, as one types them, beside a service or alone."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
import typer
from typer.testing import CliRunner, Result

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.cli.brakes import COPIED, brake_app
from twofifty.cli.suppressions import suppressions_app
from twofifty.cli.tasks import tasks_app
from twofifty.clock import SystemClock
from twofifty.deliver.ports import Verdict
from twofifty.errors import TwofiftyError
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake
from twofifty.notice.policy import Rules
from twofifty.order.model import Customer, Line, Order, State, Totals
from twofifty.order.wire import encode
from twofifty.track.feedback import Feedback
from twofifty.track.model import MessageQuery

T = TypeVar("T")


class Desk:
    """A folder with a store in it, as a service leaves it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "data").mkdir()
        (home / "twofifty.toml").write_text(
            'smtp_url = "smtp://127.0.0.1:2526?tls=none"\ninstance = "here"\n', encoding="utf-8"
        )
        self.with_store(_nothing)

    def with_store(self, work: Callable[[SqliteStore], Awaitable[T]]) -> T:
        async def working() -> T:
            store = SqliteStore(self.home / "data" / "twofifty.db", SystemClock())
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(working())

    def run(self, app: typer.Typer, *words: str, given: str = "") -> Result:
        before = Path.cwd()
        os.chdir(self.home)
        try:
            return CliRunner().invoke(app, words, input=given)
        finally:
            os.chdir(before)

    def said(self, app: typer.Typer, *words: str, given: str = "") -> str:
        result = self.run(app, *words, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def listed(self) -> list[dict[str, str]]:
        lines = self.said(suppressions_app, "list", "--json").splitlines()
        return [json.loads(line) for line in lines]


async def _nothing(store: SqliteStore) -> None:
    await store.probe()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def order(number: int, email: str) -> bytes:
    price = Decimal("29.00")
    line = Line(id="1", title="Teapot", quantity=Decimal(1), unit_price=price, total=price)
    return encode(
        Order(
            source="shop", id=str(number), number=f"#{number}", currency="EUR",
            customer=Customer(name="Kim", email=email), state=State(payment="paid"),
            lines=(line,), totals=Totals(subtotal=price, total=price),
        )
    )  # fmt: skip


async def owed(store: SqliteStore, number: int, email: str) -> None:
    """An order whose confirmation waits."""
    clock = SystemClock()
    intake = Intake({}, store.ledger, MemoryBroker(), clock, Planner(clock, Rules()))
    assert (await intake.order(order(number, email), None)).status == 202


async def held(store: SqliteStore) -> None:
    """What waits is held as a copy's."""
    until = SystemClock().seconds() + 60
    for item in await store.outbox.lease("w", 10, until):
        assert await store.outbox.settle("w", item, Verdict("held", COPIED, "a copy"), None)


# ── suppressions ──


def test_an_address_is_added_listed_and_lifted(desk: Desk) -> None:
    desk.said(suppressions_app, "add", "Kim@Example.com", "--scope", "marketing", "--reason", "x")
    desk.said(suppressions_app, "add", "+4915112345678")
    phone, mail = desk.listed()
    assert (phone["channel"], phone["scope"]) == ("sms", "all")
    assert (mail["address"], mail["scope"], mail["cause"]) == (
        "kim@example.com", "marketing", "by_hand",
    )  # fmt: skip
    assert "kim@example.com" in desk.said(suppressions_app, "list")
    assert desk.run(suppressions_app, "lift", "kim@example.com", "--scope", "all").exit_code == 1
    assert desk.run(suppressions_app, "lift", "KIM@example.com").exit_code == 0
    assert "is written to" in desk.said(suppressions_app, "list", "--address", "kim@example.com")


@pytest.mark.parametrize("address", ["nobody", "+12", "a@@example.com"])
def test_what_can_be_no_address_is_refused(desk: Desk, address: str) -> None:
    result = desk.run(suppressions_app, "add", address)
    assert isinstance(result.exception, TwofiftyError)
    assert desk.listed() == []


@pytest.mark.parametrize("name", ["all.csv", "all.jsonl"])
def test_an_export_comes_back_exactly(tmp_path: Path, name: str) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
    one, other = Desk(tmp_path / "one"), Desk(tmp_path / "other")
    rows = (f'c{number}@example.com,"550 5.1.1, ""gone""",1443651125\n' for number in range(5))
    given = "email,reason,created\n" + "".join(rows)
    one.said(suppressions_app, "import", "-", given=given)
    one.said(suppressions_app, "add", "kim@example.com", "--reason", '=1+1\n"two", lines')
    one.said(suppressions_app, "export", name)
    (other.home / name).write_bytes((one.home / name).read_bytes())
    report = json.loads(other.said(suppressions_app, "import", name))
    assert (report["taken"], report["new"], report["bad"]) == (6, 6, 0)
    assert sorted(map(str, other.listed())) == sorted(map(str, one.listed()))
    again = json.loads(other.said(suppressions_app, "import", name))
    assert (again["taken"], again["new"]) == (6, 0)


def test_standard_output_gets_the_file_and_nothing_else(desk: Desk) -> None:
    desk.said(suppressions_app, "add", "kim@example.com")
    lines = desk.said(suppressions_app, "export", "-").splitlines()
    assert lines[0] == "address,scope,cause,at,channel,until,text,actor"
    assert lines[1].startswith("kim@example.com,all,by_hand,")
    said = desk.said(suppressions_app, "export", "-", "--format", "jsonl")
    assert json.loads(said)["address"] == "kim@example.com"


def test_bad_lines_are_named_and_good_ones_taken(desk: Desk) -> None:
    given = "email,reason\na@example.com,bounce\nnobody,bounce\nb@example.com,unsubscribed\n"
    result = desk.run(suppressions_app, "import", "-", given=given)
    assert result.exit_code == 1
    assert "line 3: 'nobody'" in result.stderr
    report = json.loads(result.stdout)
    assert (report["taken"], report["new"], report["bad"]) == (2, 2, 1)
    assert report["by_scope"] == {"all": 1, "service": 1}
    assert len(desk.listed()) == 2


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    said = desk.said(
        suppressions_app,
        "import",
        "-",
        "--dry-run",
        "--cause",
        "unsubscribed",
        given="a@example.com",
    )
    assert json.loads(said)["by_cause"] == {"unsubscribed": 1}
    assert desk.listed() == []


def test_a_file_that_is_not_there_is_said(desk: Desk) -> None:
    result = desk.run(suppressions_app, "import", "missing.csv")
    assert isinstance(result.exception, TwofiftyError)


# ── tasks ──


def test_a_bounce_makes_a_task_that_is_listed_and_closed(desk: Desk) -> None:
    async def bounce(store: SqliteStore) -> None:
        await owed(store, 1, "kim@gmial.com")
        (item,) = await store.outbox.lease("w", 10, SystemClock().seconds() + 60)
        told = Verdict("failed", "refused_recipient", "550 5.1.1 no such user")
        await store.outbox.settle("w", item, told, None)
        news = Feedback(
            type="bounced", recipient=item.recipient, bounce="hard", own_id=item.message_id
        )
        await store.reports.take("postmark", [news], b"{}")

    desk.with_store(bounce)
    tasks = [json.loads(line) for line in desk.said(tasks_app, "list", "--json").splitlines()]
    assert [(one["address"], one["suggestion"]) for one in tasks] == [
        ("kim@gmial.com", "kim@gmail.com")
    ]
    assert "kim@gmail.com" in desk.said(tasks_app, "list")
    assert desk.run(tasks_app, "done", tasks[0]["id"], "--how", "called").exit_code == 0
    assert desk.run(tasks_app, "done", tasks[0]["id"]).exit_code == 1
    assert "nothing to do" in desk.said(tasks_app, "list")


# ── the brake ──


def test_the_brake_stops_says_so_and_goes(desk: Desk) -> None:
    assert "mail leaves" in desk.said(brake_app, "status")
    desk.said(brake_app, "stop", "--reason", "wrong prices")
    status = desk.run(brake_app, "status")
    assert status.exit_code == 1
    assert "by the command line: wrong prices" in status.stdout
    desk.said(brake_app, "go")
    assert "mail leaves" in desk.said(brake_app, "status")


def test_nothing_is_leased_while_the_brake_is_on(desk: Desk) -> None:
    async def leased(store: SqliteStore) -> int:
        return len(await store.outbox.lease("w", 10, SystemClock().seconds() + 60))

    desk.with_store(lambda store: owed(store, 1, "kim@example.com"))
    desk.said(brake_app, "stop")
    assert desk.with_store(leased) == 0
    desk.said(brake_app, "go")
    assert desk.with_store(leased) == 1


def test_a_copy_shows_what_it_would_have_sent_before_it_is_claimed(desk: Desk) -> None:
    async def copy(store: SqliteStore) -> None:
        await store.brakes.claim("elsewhere", "test")
        await owed(store, 1, "kim@example.com")
        await owed(store, 2, "lee@example.com")
        await held(store)

    desk.with_store(copy)
    status = desk.run(brake_app, "status")
    assert status.exit_code == 1
    assert "belongs to elsewhere" in status.stdout
    assert "2 messages are held" in status.stdout
    asked = desk.run(brake_app, "claim", given="n\n")
    assert asked.exit_code == 1
    assert "lee@example.com" in asked.stdout
    assert "elsewhere" in desk.run(brake_app, "status").stdout
    assert "it would have sent 2 messages" in desk.said(brake_app, "claim", "--yes")
    assert "belongs to this installation" in desk.said(brake_app, "status")
    assert "already" in desk.said(brake_app, "claim")


def test_a_claim_releases_what_was_held_where_it_is_told_to(desk: Desk) -> None:
    async def copy(store: SqliteStore) -> None:
        await store.brakes.claim("elsewhere", "test")
        await owed(store, 1, "kim@example.com")
        await owed(store, 2, "lee@example.com")
        await held(store)

    async def statuses(store: SqliteStore) -> list[str]:
        listing = await store.archive.messages(MessageQuery())
        return sorted(one.status for one in listing.items)

    desk.with_store(copy)
    assert "--release" in desk.said(brake_app, "claim", "--yes")
    assert desk.with_store(statuses) == ["held", "held"]
    asked = desk.run(brake_app, "claim", "--release", given="n\n")
    assert asked.exit_code == 1
    assert "2 of them were made before this copy held its first" in asked.stdout
    assert "lee@example.com" in asked.stdout
    assert desk.with_store(statuses) == ["held", "held"]
    assert "released 2 of 2" in desk.said(brake_app, "claim", "--release", "--yes")
    assert desk.with_store(statuses) == ["queued", "queued"]
    assert "nothing is held" in desk.said(brake_app, "claim", "--release", "--yes")


def test_a_claim_and_its_release_are_asked_for_apart(desk: Desk) -> None:
    async def copy(store: SqliteStore) -> None:
        await store.brakes.claim("elsewhere", "test")
        await owed(store, 1, "kim@example.com")
        await held(store)

    desk.with_store(copy)
    asked = desk.run(brake_app, "claim", "--release", given="y\nn\n")
    assert asked.exit_code == 1
    assert "Send 1 messages" in asked.stdout
    assert "belongs to this installation" in desk.said(brake_app, "status")
