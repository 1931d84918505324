"""Tables in memory, and a mapping over them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from twofifty.intake.log import Committed, Row, RowChange
from twofifty.intake.ports import Stated
from twofifty.intake.rows import Composer, Found, News, Page, mapping

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STATED = Stated("shop", "en", "")
ORDERS, ITEMS = "public.orders", "public.order_items"


def tables() -> dict:
    """A `[sources.NAME.tables]` table, to be changed by who asks for it."""
    return {
        "order": {
            "table": "orders",
            "id": "id",
            "number": "number",
            "email": "email",
            "currency": "currency",
            "total": "total",
            "status": "status",
            "placed_at": "created",
            "updated_at": "changed",
            "note": "memo",
        },
        "status": {"completed": ["paid", "shipped"], "cancelled": ["off"], "fulfilled": "shipped"},
        "line": {
            "table": "order_items",
            "order": "order_id",
            "id": "id",
            "quantity": "quantity",
            "unit_price": "price",
            "product_id": "product_id",
            "sku": "sku",
        },
        "product": {"table": "products", "by": "product_id", "title": "title"},
    }


def order_row(order: int, **more: object) -> dict[str, object]:
    """An order's row, every value as text."""
    return {
        "id": str(order),
        "number": f"A-{order}",
        "email": "alex@example.com",
        "currency": "EUR",
        "total": "20.00",
        "status": "paid",
        "created": "2026-03-02 11:00:00+00",
        "changed": None,
        "memo": None,
        **more,
    }


def item_row(number: int, order: int, **more: object) -> dict[str, object]:
    """A line's row."""
    return {
        "id": str(number),
        "order_id": str(order),
        "quantity": "2",
        "price": "10.00",
        "product_id": "7",
        "sku": "CUP",
        **more,
    }


def committed(
    *changes: RowChange, position: str = "1", part: int = 0, end: bool = True
) -> Committed:
    """One transaction."""
    return Committed(position, NOON, changes, part, end)


def inserted(table: str, row: Row) -> RowChange:
    """A row that is new."""
    return RowChange(table, "insert", {}, row)


class MemoryTables:
    """`Tables` over lists; counts what it was asked."""

    def __init__(self) -> None:
        self.held: dict[str, list[dict[str, object]]] = {
            "public.products": [{"id": "7", "title": "Cup"}],
        }
        self.asked: list[Found] = []

    def put(self, table: str, *rows: dict[str, object]) -> None:
        """Adds rows."""
        self.held.setdefault(table, []).extend(rows)

    async def rows(self, found: Found) -> list[Row]:
        """See `Tables`."""
        self.asked.append(found)
        held = [row for row in self.held.get(found.table, []) if row[found.by] in found.keys]
        told: list[Row] = [{name: row[name] for name in found.columns} for row in held]
        return told[: found.most]

    async def page(self, page: Page) -> list[Row]:
        """See `Tables`."""

        def place(row: Row) -> tuple[str, ...]:
            return tuple(str(row[name]).rjust(30) for name in page.by)

        def is_meant(row: Row) -> bool:
            # As in SQL, what is compared with NULL is not true.
            compared = page.by[0] if page.since or after else ""
            return (
                not (compared and row[compared] is None)
                and (not page.since or str(row[page.by[0]]) >= page.since)
                and (not after or place(row) > after)
                and all(row[name] is None for name in page.empty)
            )

        after = tuple(word.rjust(30) for word in page.after)
        held: list[Row] = sorted(self.held.get(page.table, []), key=place)
        return [row for row in held if is_meant(row)][: page.most]

    async def now(self) -> datetime:
        """See `Tables`."""
        return NOON + timedelta(minutes=1)


class Bench:
    """A composer over tables in memory, and the orders that were told before."""

    def __init__(self, stated: dict | None = None) -> None:
        self.tables = MemoryTables()
        self.mapping = mapping(stated or tables())
        self.known: set[str] = set()
        self.composer = Composer(self.mapping, self.tables, STATED, self._known)

    async def _known(self, ids: Sequence[str]) -> set[str]:
        return self.known & set(ids)

    def news(self, *transactions: Committed) -> News:
        """What the composer makes of them."""
        return asyncio.run(self.composer.news(transactions))
