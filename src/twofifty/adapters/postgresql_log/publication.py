"""The publication that says which tables the log tells of."""

from collections.abc import Mapping

from twofifty.adapters.postgresql_log.session import Session
from twofifty.errors import ShopError


async def missing(session: Session, name: str, wanted: Mapping[str, frozenset[str]]) -> list[str]:
    """The tables of the mapping that the publication does not cover, all where there is none."""
    rows = await session.ask(
        "SELECT schemaname || '.' || tablename FROM pg_publication_tables WHERE pubname = %s",
        (name,),
    )
    covered = {row[0] for row in rows}
    return [table for table in wanted if table not in covered]


async def check(session: Session, name: str, wanted: Mapping[str, frozenset[str]]) -> None:
    """Raises ShopError where a table would not be told of."""
    left = await missing(session, name, wanted)
    if left:
        raise ShopError(
            f"the publication {name} does not cover {', '.join(left)}: run the SQL of "
            "`twofifty source sql`"
        )
