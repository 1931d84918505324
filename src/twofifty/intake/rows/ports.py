"""What composing orders asks the database itself: rows by key, rows in pages, the time."""

from datetime import datetime
from typing import Protocol

import msgspec

from twofifty.intake.log import Row


class Found(msgspec.Struct, frozen=True):
    """A question for rows: the `columns` of those rows of `table` (`schema.table`) whose column
    `by` holds one of `keys`, at most `most` of them."""

    table: str
    columns: tuple[str, ...]
    by: str
    keys: tuple[str, ...]
    most: int = 20_000


class Page(msgspec.Struct, frozen=True):
    """A question for the next `most` rows of `table` in the order of the columns `by`, those after
    the row in which `by` holds `after` (empty: from the first row). Where a `since` is given, only
    rows whose first `by` column is at or after that text; one that holds nothing (NULL) is neither.
    Only rows in which every column of `empty` holds nothing."""

    table: str
    columns: tuple[str, ...]
    by: tuple[str, ...]
    after: tuple[str, ...] = ()
    most: int = 500
    since: str = ""
    empty: tuple[str, ...] = ()


class Tables(Protocol):
    """The shop's tables as they stand now, values in the same form as the change log tells them.

    Raises ShopBusy where the database cannot be asked now, ShopError where it never can: a table,
    a column or a privilege is missing, and the message names it.
    """

    async def rows(self, found: Found) -> list[Row]:
        """Every such row; a key that is nowhere brings none."""
        ...

    async def page(self, page: Page) -> list[Row]:
        """The next rows."""
        ...

    async def now(self) -> datetime:
        """The database's clock, aware."""
        ...
