"""Orders from the rows of a shop's own tables: a mapping in the settings, rows in, orders out.

`mapping(table)` makes the frozen `RowMapping` of a `[sources.NAME.tables]` table. `Composer` makes
orders of committed transactions, reading what the log did not tell through the database's `Tables`;
`RowSource` reads kept rows again. PostgreSQL and MySQL each bring a `ChangeLog` and `Tables`.
"""

from twofifty.intake.rows.compose import OrderRows, composed
from twofifty.intake.rows.composer import Composed, Composer, News
from twofifty.intake.rows.mapping import Part, RowMapping, mapping
from twofifty.intake.rows.ports import Found, Page, Tables
from twofifty.intake.rows.source import RowSource

__all__ = [
    "Composed",
    "Composer",
    "Found",
    "News",
    "OrderRows",
    "Page",
    "Part",
    "RowMapping",
    "RowSource",
    "Tables",
    "composed",
    "mapping",
]
