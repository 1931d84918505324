"""What a transaction touched is told: from the log where it tells all, else from the tables."""

import asyncio
import json
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake_rows.memory_tables import (
    ITEMS,
    NOON,
    ORDERS,
    Bench,
    committed,
    inserted,
    item_row,
    order_row,
    tables,
)
from twofifty.intake.log import RowChange
from twofifty.intake.loose import milliseconds
from twofifty.intake.rows import Composed, News

CORPORA = Path(__file__).parents[3].parent / "shared" / "corpora" / "cdc"


def updated(table: str, row: dict, before: dict | None = None) -> RowChange:
    return RowChange(table, "update", before or {}, row)


def ids(news: News) -> list[str]:
    return [each.event.order.id for each in news.orders if each.event is not None]


def test_an_order_that_the_log_tells_whole_asks_only_for_what_is_shared(bench: Bench) -> None:
    news = bench.news(committed(inserted(ORDERS, order_row(1)), inserted(ITEMS, item_row(1, 1))))
    assert ids(news) == ["1"]
    assert [found.table for found in bench.tables.asked] == ["public.products"]


def test_an_update_reads_the_lines_from_their_table(bench: Bench) -> None:
    bench.tables.put(ITEMS, item_row(1, 1), item_row(2, 1), item_row(3, 2))
    (told,) = bench.news(committed(updated(ORDERS, order_row(1)))).orders
    assert told.event is not None
    assert [line.id for line in told.event.order.lines] == ["1", "2"]


def test_the_status_at_that_commit_decides_and_not_the_newest(bench: Bench) -> None:
    bench.tables.put(ORDERS, order_row(1, status="off"))
    bench.tables.put(ITEMS, item_row(1, 1))
    (told,) = bench.news(committed(updated(ORDERS, order_row(1, status="paid")))).orders
    assert told.event is not None
    assert told.event.order.state.cancelled_at is None


def test_a_value_that_the_log_does_not_repeat_is_read_from_the_table(bench: Bench) -> None:
    bench.tables.put(ORDERS, order_row(1, memo="a long text", number="newer"))
    bench.tables.put(ITEMS, item_row(1, 1))
    row = order_row(1)
    del row["memo"]
    (told,) = bench.news(committed(updated(ORDERS, row))).orders
    assert told.event is not None
    assert told.event.order.note == "a long text"
    assert told.event.order.number == "A-1"


def test_many_orders_ask_each_table_once(bench: Bench) -> None:
    transactions = [
        committed(updated(ORDERS, order_row(n)), position=str(n)) for n in range(1, 200)
    ]
    bench.tables.put(ITEMS, *(item_row(n, n) for n in range(1, 200)))
    assert len(bench.news(*transactions).orders) == 199
    assert len(bench.tables.asked) == 2


def test_a_line_alone_touches_its_order(bench: Bench) -> None:
    bench.tables.put(ORDERS, order_row(1))
    bench.tables.put(ITEMS, item_row(1, 1), item_row(2, 1))
    assert ids(bench.news(committed(inserted(ITEMS, item_row(2, 1))))) == ["1"]


def test_before_it_is_completed_nothing_is_told_but_counted(bench: Bench) -> None:
    waiting = committed(inserted(ORDERS, order_row(1, status="new")))
    news = bench.news(waiting)
    assert news.orders == ()
    assert news.counted == {"waiting": 1}
    bench.known.add("1")
    bench.tables.put(ITEMS, item_row(1, 1))
    assert ids(bench.news(waiting)) == ["1"]


def test_an_order_completed_in_the_same_batch_is_told_on(bench: Bench) -> None:
    bench.tables.put(ITEMS, item_row(1, 1))
    news = bench.news(
        committed(updated(ORDERS, order_row(1)), position="1"),
        committed(updated(ORDERS, order_row(1, status="odd")), position="2"),
    )
    assert [told.key for told in news.orders] == ["id:1:1", "id:2:1"]


def test_an_order_without_lines_waits_for_them(bench: Bench) -> None:
    assert bench.news(committed(inserted(ORDERS, order_row(1)))).counted == {"without_lines": 1}


def test_a_deleted_order_is_counted_and_nothing_else(bench: Bench) -> None:
    gone = RowChange(ORDERS, "delete", {"id": "1"}, {})
    assert bench.news(committed(gone)).counted == {"deleted": 1}
    assert bench.news(committed(inserted(ORDERS, order_row(1)), gone)).counted == {"deleted": 1}


def test_a_deleted_line_names_its_order_or_is_counted(bench: Bench) -> None:
    bench.tables.put(ORDERS, order_row(1))
    bench.tables.put(ITEMS, item_row(2, 1))
    named = RowChange(ITEMS, "delete", {"id": "1", "order_id": "1"}, {})
    assert ids(bench.news(committed(named))) == ["1"]
    nameless = RowChange(ITEMS, "delete", {"id": "1"}, {})
    assert bench.news(committed(nameless)).counted == {"unattributed": 1}


def test_a_changed_line_that_does_not_name_its_order_is_looked_up(bench: Bench) -> None:
    bench.tables.put(ORDERS, order_row(1))
    bench.tables.put(ITEMS, item_row(5, 1))
    minimal = RowChange(ITEMS, "update", {"id": "5"}, {"quantity": "3"})
    assert ids(bench.news(committed(minimal))) == ["1"]


def test_a_row_written_as_it_was_touches_nothing(bench: Bench) -> None:
    same = updated(ORDERS, order_row(1), order_row(1))
    assert bench.news(committed(same)) == News((), {})


def test_a_transaction_in_parts_is_read_from_the_tables(bench: Bench) -> None:
    bench.tables.put(ORDERS, order_row(1))
    bench.tables.put(ITEMS, item_row(1, 1), item_row(2, 1))
    parts = (
        committed(inserted(ORDERS, order_row(1)), inserted(ITEMS, item_row(1, 1)), end=False),
        committed(inserted(ITEMS, item_row(2, 1)), part=1),
    )
    first, second = bench.news(parts[0]).orders, bench.news(parts[1]).orders
    assert first[0].event is not None
    assert len(first[0].event.order.lines) == 2
    assert [told.key for told in (*first, *second)] == ["id:1:1", "id:1/1:1"]
    assert first[0].body == second[0].body


def test_what_an_order_was_halfway_through_a_transaction_is_never_told(bench: Bench) -> None:
    begun, done = order_row(1, total="0.00"), order_row(1, total="20.00")
    bench.tables.put(ORDERS, done)
    bench.tables.put(ITEMS, item_row(1, 1))
    parts = (
        committed(inserted(ORDERS, begun), inserted(ITEMS, item_row(1, 1)), end=False),
        committed(updated(ORDERS, done), part=1),
    )
    apart = [told for part in parts for told in bench.news(part).orders]
    together = list(bench.news(*parts).orders)
    assert apart == together
    assert len({told.key for told in apart}) == 2
    assert {str(told.event.order.totals.total) for told in apart if told.event} == {"20.00"}


def test_an_order_that_a_later_part_deletes_is_counted(bench: Bench) -> None:
    first = committed(inserted(ORDERS, order_row(1)), inserted(ITEMS, item_row(1, 1)), end=False)
    assert bench.news(first).counted == {"deleted": 1}


@pytest.mark.parametrize(
    ("order", "line"), [({"many": "9" * 5_000}, {}), ({}, {"place": "9" * 5_000})]
)
def test_a_fault_of_ours_in_one_order_refuses_that_order_alone(order: dict, line: dict) -> None:
    stated = tables()
    stated["order"]["orders_count"], stated["line"]["position"] = "many", "place"
    news = Bench(stated).news(
        committed(
            inserted(ORDERS, order_row(1, **{"many": "1", **order})),
            inserted(ITEMS, item_row(1, 1, **{"place": "1", **line})),
        ),
        committed(
            inserted(ORDERS, order_row(2, many="1")),
            inserted(ITEMS, item_row(2, 2, place="1")),
            position="2",
        ),
    )
    (bad,) = [told for told in news.orders if told.event is None]
    assert bad.refused is not None
    assert (bad.refused.status, bad.refused.title) == (422, "the adapter failed")
    assert "999" not in bad.refused.problems[0].message
    assert b"999" in bad.body
    assert ids(news) == ["2"]


def test_an_order_that_cannot_be_used_does_not_stop_the_others(bench: Bench) -> None:
    news = bench.news(
        committed(inserted(ORDERS, order_row(1, total="x")), inserted(ITEMS, item_row(1, 1))),
        committed(inserted(ORDERS, order_row(2)), inserted(ITEMS, item_row(2, 2)), position="2"),
    )
    assert news.orders[0].refused is not None
    assert ids(news) == ["2"]


def test_an_answer_that_is_cut_off_is_asked_for_in_halves(bench: Bench) -> None:
    orders = range(1, 41)
    bench.tables.put(ITEMS, *(item_row(1_000 * n + at, n) for n in orders for at in range(600)))
    news = bench.news(*(committed(updated(ORDERS, order_row(n)), position=str(n)) for n in orders))
    assert {len(told.event.order.lines) for told in news.orders if told.event} == {600}
    assert len(ids(news)) == 40


def test_an_order_with_more_lines_than_can_be_meant_is_refused(bench: Bench) -> None:
    bench.tables.put(ITEMS, *(item_row(at, 1) for at in range(1_001)))
    (told,) = bench.news(committed(updated(ORDERS, order_row(1)))).orders
    assert told.refused is not None


def test_a_snapshot_tells_each_order_of_the_table_once(bench: Bench) -> None:
    bench.tables.put(ORDERS, *(order_row(n) for n in range(1, 12)))
    bench.tables.put(ORDERS, order_row(50, created="2025-01-01 11:00:00+00"))
    bench.tables.put(ORDERS, order_row(51, status="new"))
    bench.tables.put(ITEMS, *(item_row(n, n) for n in range(1, 12)))
    found: list[str] = []
    after, pages = "", 0
    while after or not pages:
        news, after = asyncio.run(bench.composer.page("0/1", after, 4))
        found += ids(news)
        pages += 1
    assert sorted(found, key=int) == [str(n) for n in range(1, 12)]


def test_a_list_by_the_time_of_change_goes_on_after_its_cursor(bench: Bench) -> None:
    changed = "2026-03-02 11:30:00"
    bench.tables.put(ORDERS, *(order_row(n, changed=changed) for n in range(1, 8)))
    bench.tables.put(ORDERS, order_row(20, changed="2026-02-20 00:00:00"))
    bench.tables.put(ITEMS, *(item_row(n, n) for n in range(1, 30)))
    found: list[str] = []
    cursor, pages = "", 0
    while cursor or not pages:
        news, cursor = asyncio.run(bench.composer.changed(NOON, cursor, 3))
        found += ids(news)
        pages += 1
    assert found == [str(n) for n in range(1, 8)]


def _all_listed(bench: Bench, most: int) -> list[str]:
    found: list[str] = []
    cursor, pages = "", 0
    while cursor or not pages:
        news, cursor = asyncio.run(bench.composer.changed(NOON, cursor, most))
        assert len(news.orders) <= most
        found += ids(news)
        pages += 1
    return found


_TIMES = st.sampled_from([None, "2026-02-20 00:00:00", "2026-03-02 11:00:00"])


@given(st.lists(st.tuples(_TIMES, _TIMES), max_size=12), st.integers(1, 5))
def test_a_list_has_each_order_that_is_not_known_to_be_old_once(
    times: list[tuple[str | None, str | None]], most: int
) -> None:
    """The time of a change decides, or else that of the order; without both it is listed."""
    bench = Bench()
    for at, (changed, created) in enumerate(times):
        bench.tables.put(ORDERS, order_row(at, changed=changed, created=created))
        bench.tables.put(ITEMS, item_row(at, at))
    late = [str(at) for at, (one, two) in enumerate(times) if (one or two or "9") > "2026-03"]
    assert sorted(_all_listed(bench, most), key=int) == late


def test_orders_that_were_never_changed_are_listed_where_only_changes_have_a_time() -> None:
    stated = tables()
    del stated["order"]["placed_at"]
    bench = Bench(stated)
    bench.tables.put(ORDERS, order_row(1, changed="2026-03-02 11:00:00"), order_row(2))
    bench.tables.put(ITEMS, item_row(1, 1), item_row(2, 2))
    assert _all_listed(bench, 2) == ["1", "2"]


def test_a_page_is_older_than_a_commit_that_it_could_not_see_yet(bench: Bench) -> None:
    bench.tables.put(ORDERS, order_row(1))
    bench.tables.put(ITEMS, item_row(1, 1))
    now = asyncio.run(bench.tables.now())
    pages = (bench.composer.changed(NOON, "", 9), bench.composer.page("0/1", "", 9))
    for page in pages:
        ((told,), _) = asyncio.run(_orders(page))
        assert told.event is not None
        revision = told.event.order.revision
        assert revision is not None
        assert revision <= (milliseconds(now - timedelta(seconds=5)) or 0)


async def _orders(page: Awaitable[tuple[News, str]]) -> tuple[tuple[Composed, ...], str]:
    news, cursor = await page
    return news.orders, cursor


def test_composing_many_orders_lets_the_event_loop_breathe(bench: Bench) -> None:
    transactions = [
        committed(inserted(ORDERS, order_row(n)), inserted(ITEMS, item_row(n, n)), position=str(n))
        for n in range(500)
    ]
    breaths = 0

    async def others() -> None:
        nonlocal breaths
        while True:
            breaths += 1
            await asyncio.sleep(0)

    async def read() -> None:
        beside = asyncio.create_task(others())
        await bench.composer.news(transactions)
        beside.cancel()

    asyncio.run(read())
    assert breaths >= 10


@given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=12), st.integers(1, 5))
def test_how_transactions_are_batched_changes_nothing(steps: list[str], size: int) -> None:
    """Whatever comes, and however much of it together, the same orders are told."""
    kinds = {
        "a": (inserted(ORDERS, order_row(1)), inserted(ITEMS, item_row(1, 1))),
        "b": (updated(ORDERS, order_row(1, memo="b")),),
        "c": (updated(ITEMS, item_row(1, 1, quantity="3")),),
        "d": (RowChange(ORDERS, "delete", {"id": "1"}, {}),),
        "e": (inserted(ORDERS, order_row(2, status="new")),),
        "f": (updated(ORDERS, order_row(2)),),
        "g": (inserted(ITEMS, item_row(9, 2)),),
    }
    transactions = [committed(*kinds[step], position=str(at)) for at, step in enumerate(steps)]

    def told(size: int) -> list[tuple[str, bytes]]:
        bench = Bench()
        bench.known |= {"1", "2"}
        bench.tables.put(ORDERS, order_row(1), order_row(2))
        bench.tables.put(ITEMS, item_row(1, 1), item_row(9, 2))
        found: list[tuple[str, bytes]] = []
        for at in range(0, len(transactions), size):
            news = bench.news(*transactions[at : at + size])
            found += [(each.key, each.body) for each in news.orders]
        return found

    assert sorted(told(size)) == sorted(told(len(transactions)))


def _corpus_changes() -> list[RowChange]:
    found: list[RowChange] = []
    for file in sorted((CORPORA / "wal2json").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            for each in json.loads(line).get("change", ()):
                found += _wal2json(each)
    for file in sorted((CORPORA / "maxwell").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            each = json.loads(line)
            if each.get("type") in ("insert", "update", "delete"):
                found.append(RowChange(ORDERS, each["type"], each.get("old", {}), each["data"]))
    return found


def _wal2json(each: dict) -> list[RowChange]:
    if each.get("kind") not in ("insert", "update", "delete"):
        return []
    old = each.get("oldkeys", {})
    before = dict(zip(old.get("keynames", ()), old.get("keyvalues", ()), strict=True))
    after = dict(zip(each.get("columnnames", ()), each.get("columnvalues", ()), strict=True))
    return [RowChange(ORDERS, each["kind"], before, after)]


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not there")
def test_rows_of_any_table_of_the_corpora_are_told_or_counted() -> None:
    changes = _corpus_changes()
    assert len(changes) > 50
    stated = tables()
    stated["order"].update(id="id", total="id", currency="'EUR'", number="a", note="b")
    del stated["order"]["status"]
    for at, change in enumerate(changes):
        bench = Bench(stated)
        bench.tables.put(ITEMS, *(item_row(n, n) for n in range(5)))
        news = bench.news(committed(change, position=str(at)))
        assert len(news.orders) + sum(news.counted.values()) == 1
