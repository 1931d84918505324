"""A search looks through so many rows a page, and finds all there is page by page."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from twofifty.adapters.relational.archive import WINDOW
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.testing.clock import FrozenClock
from twofifty.track.model import MessageQuery, OrderQuery, Page

MANY = WINDOW * 5 // 2
OLD, YOUNG = 7, MANY - 3
FILLED = f"""
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {MANY})
INSERT INTO orders (id, source, source_order_id, number, email, customer, currency, total,
                    received_at, updated_at, facts, plan)
SELECT n, 'shop', 'o' || n, '#' || n, 'buyer' || n || '@example.com',
       CASE WHEN n IN ({OLD}, {YOUNG}) THEN 'Ida Rare' ELSE 'Kim' END,
       'EUR', '1', 0, 0, x'00', 'owe'
FROM numbers;
INSERT INTO notices (id, digest, order_id, kind, channel, recipient, facts, created_at)
SELECT id, 'd' || id, id, 'confirmation', 'email', email, '', 0 FROM orders;
INSERT INTO messages (seq, id, notice_id, order_id, kind, channel, recipient, status, created_at,
                      updated_at)
SELECT id, 'm_' || id, id, id, CASE WHEN customer = 'Kim' THEN 'confirmation' ELSE 'refund' END,
       'email', email, 'sent', 0, 0
FROM orders;
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with many orders, two of which are like no other."""
    path = tmp_path_factory.mktemp("many") / "store.db"
    asyncio.run(SqliteStore(path, FrozenClock()).close())
    with closing(sqlite3.connect(path)) as db:
        db.executescript(FILLED)
    return path


async def orders(store: SqliteStore, query: OrderQuery) -> tuple[list[str], int]:
    """The ids of all pages, and how many pages there were."""
    found, pages, before = [], 0, None
    while pages == 0 or before is not None:
        page = Page(query.page.limit, before)
        listing = await store.archive.orders(OrderQuery(query.text, query.source, page))
        found += [one.id for one in listing.items]
        before, pages = listing.next, pages + 1
    return found, pages


async def messages(store: SqliteStore, **wanted: str) -> tuple[list[str], int]:
    """As `orders`."""
    found, pages, before = [], 0, None
    while pages == 0 or before is not None:
        listing = await store.archive.messages(MessageQuery(**wanted, page=Page(50, before)))  # type: ignore[arg-type]
        found += [one.id for one in listing.items]
        before, pages = listing.next, pages + 1
    return found, pages


def test_a_search_goes_through_all_of_history_page_by_page(path: Path) -> None:
    async def run() -> None:
        store = SqliteStore(path, FrozenClock())
        assert await orders(store, OrderQuery("rare")) == ([f"o{YOUNG}", f"o{OLD}"], 3)
        assert await orders(store, OrderQuery("nobody")) == ([], 3)
        assert await messages(store, kind="refund") == ([f"m_{YOUNG}", f"m_{OLD}"], 3)
        assert await messages(store, kind="refund", status="sent") == (
            [f"m_{YOUNG}", f"m_{OLD}"],
            3,
        )
        await store.close()

    asyncio.run(run())


def test_what_many_have_is_told_once_each(path: Path) -> None:
    async def run() -> None:
        store = SqliteStore(path, FrozenClock())
        found, _ = await orders(store, OrderQuery("kim", page=Page(200)))
        assert len(found) == len(set(found)) == MANY - 2
        await store.close()

    asyncio.run(run())


def test_what_is_named_is_found_at_once_however_old(path: Path) -> None:
    async def run() -> None:
        store = SqliteStore(path, FrozenClock())
        for text in (f"o{OLD}", f"#{OLD}", str(OLD), f"Buyer{OLD}@example.com"):
            assert await orders(store, OrderQuery(text)) == ([f"o{OLD}"], 1), text
        assert await messages(store, order=f"#{OLD}") == ([f"m_{OLD}"], 1)
        assert await messages(store, recipient=f"BUYER{OLD}@example.com") == ([f"m_{OLD}"], 1)
        await store.close()

    asyncio.run(run())
