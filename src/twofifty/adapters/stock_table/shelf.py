"""A table as a shelf: one query for the SKUs of an order."""

from collections.abc import Mapping
from typing import Final

from twofifty.adapters.stock_table.query import Query
from twofifty.adapters.stock_table.reader import Reader, Rows
from twofifty.flow.stock import Level, Question
from twofifty.flow.stock_words import count, day, word
from twofifty.intake import loose

_COLUMNS: Final = ("sku", "available", "expected", "status")


class TableShelf:
    """Implements `flow.stock.Shelf`."""

    def __init__(self, reader: Reader, query: Query) -> None:
        self._reader = reader
        self._query = query

    async def ask(self, question: Question) -> Mapping[str, Level]:
        """See `flow.stock.Shelf.ask`."""
        skus = tuple(sorted({item.sku for item in question.lines if item.sku}))
        if not skus:
            return {}
        sql = self._query.text(len(skus), self._reader.mark)
        found = levels(await self._reader.rows(sql, self._query.values(skus)))
        return {item.id: found[item.sku] for item in question.lines if item.sku in found}

    async def close(self) -> None:
        """See `flow.stock.Shelf.close`."""
        await self._reader.close()


def levels(answer: Rows) -> dict[str | None, Level]:
    """By SKU. Raises Unreadable."""
    places = {name.lower(): at for at, name in enumerate(answer.columns)}
    if "sku" not in places or not {"available", "status"} & places.keys():
        wants = f"stock_sql selects the columns {', '.join(_COLUMNS[:3])}, or sku and status"
        raise loose.Unreadable(None, wants)
    found: dict[str | None, Level] = {}
    for row in answer.rows:
        named: dict[str, object] = {name: row[places[name]] for name in _COLUMNS if name in places}
        sku = loose.text(named["sku"])
        level = _level(named)
        if sku in found:
            raise loose.Unreadable(sku, "stock_sql finds a SKU once: GROUP BY sku")
        if level is not None:
            found[sku] = level
    return found


def _level(row: Mapping[str, object]) -> Level | None:
    """What a row says; None where both columns are NULL. Raises Unreadable."""
    said, available = row.get("status"), count(row.get("available"))
    status = None if said in (None, "") else word(said, {})
    if status is None and available is None:
        return None
    return Level(status, available, day(row.get("expected")))
