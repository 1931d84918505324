"""The change logs among the sources."""

from collections.abc import Collection, Sequence

from twofifty.adapters import registry
from twofifty.errors import SettingsError
from twofifty.flow.follow import Followed
from twofifty.flow.listed import TableListing
from twofifty.flow.log_kind import LogKind
from twofifty.flow.reconcile import Listing
from twofifty.intake.ports import Books, Stated
from twofifty.intake.rows import Composer
from twofifty.settings import Settings, SourceSettings


def is_log(stated: SourceSettings) -> bool:
    """Whether a source is read from a database. Raises SettingsError for an unknown kind."""
    return registry.kind_of(stated.kind) in registry.LOG_KINDS


def logs(settings: Settings) -> dict[str, SourceSettings]:
    """The sources that are read from a database."""
    return {name: stated for name, stated in settings.sources.items() if is_log(stated)}


def log_of(name: str, stated: SourceSettings) -> LogKind:
    """What the source's kind brings. Raises SettingsError where it has no address."""
    if not stated.api_url:
        raise SettingsError(f'sources.{name}: needs api_url = "..." of the database')
    return registry.log_kind(stated.kind)


def followed(name: str, stated: SourceSettings) -> Followed:
    """What a follower needs. Raises SettingsError, which names the source."""
    said = Stated(name, stated.locale, stated.time_zone)
    try:
        return log_of(name, stated).followed(said, stated.api_url, stated.options)
    except SettingsError as fault:
        prefix = "" if str(fault).startswith("sources.") else f"sources.{name}: "
        raise SettingsError(f"{prefix}{fault}") from None


def table_listings(settings: Settings, books: Books) -> dict[str, Listing]:
    """The order tables of the change logs, as lists to be compared with."""
    return {
        name: _table_listing(followed(name, stated), books)
        for name, stated in logs(settings).items()
    }


def _table_listing(one: Followed, books: Books) -> TableListing:
    async def known(order_ids: Sequence[str]) -> Collection[str]:
        return await books.known(one.stated.name, order_ids)

    return TableListing(Composer(one.mapping, one.tables, one.stated, known))
