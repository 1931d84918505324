"""What a table's shelf needs of a database, and the names that its URLs begin with."""

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Rows(msgspec.Struct, frozen=True):
    """An answer: the names of its columns, and its rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


class Reader(Protocol):
    """A database that is only read. `mark` is its placeholder."""

    mark: str

    async def rows(self, sql: str, values: Sequence[str]) -> Rows:
        """What answers. Raises ShopBusy, ShopError."""
        ...

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        ...
