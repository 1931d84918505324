"""The query of the settings: `SELECT sku, available, expected FROM stock WHERE sku IN :skus`."""

import re
from typing import Final

import msgspec

from twofifty.errors import SettingsError

_SKUS: Final = re.compile(r":skus\b")
_READS: Final = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)


class Query(msgspec.Struct, frozen=True):
    """A query in parts, between which the SKUs stand."""

    parts: tuple[str, ...]

    def text(self, count: int, mark: str) -> str:
        """The statement for so many SKUs, each a placeholder `mark`; no SKU is ever in it."""
        marks = ", ".join([mark] * count)
        parts = (part.replace("%", "%%") if mark == "%s" else part for part in self.parts)
        return f"({marks})".join(parts)

    def values(self, skus: tuple[str, ...]) -> tuple[str, ...]:
        """The values for `text(len(skus), ...)`."""
        return skus * (len(self.parts) - 1)


def query(sql: str) -> Query:
    """The query, if it is one that only reads. Raises SettingsError. Whatever it says, the
    connection that it is asked on cannot write."""
    text = sql.strip().rstrip(";").rstrip()
    if not _READS.match(text):
        raise SettingsError("stock_sql: begins with SELECT")
    if ";" in text:
        raise SettingsError("stock_sql: write one statement")
    parts = tuple(_SKUS.split(text))
    if len(parts) == 1:
        raise SettingsError("stock_sql: say for which SKUs: WHERE sku IN :skus")
    return Query(parts)
