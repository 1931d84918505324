"""Where the stock of each source is asked for."""

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from twofifty.adapters import registry
from twofifty.adapters.http.line import HttpLine
from twofifty.adapters.stock_http.endpoint import LONGEST, Endpoint, HttpShelf, check_url, headers
from twofifty.adapters.stock_http.shape import shape
from twofifty.adapters.stock_table.query import query
from twofifty.adapters.stock_table.shelf import TableShelf
from twofifty.clock import Clock
from twofifty.errors import SettingsError, ShopError
from twofifty.flow.stock import Item, Question, Shelf
from twofifty.flow.stock_book import PATIENCE, Book, Patience
from twofifty.intake.log import Check
from twofifty.intake.loose import Unreadable
from twofifty.settings import Settings, SourceSettings

_NOBODYS: Final = "twofifty-check"
"""A SKU that no shop has."""
_HTTP_ONLY: Final = ("stock_key", "stock_header", "stock_map")


def stock_books(settings: Settings, clock: Clock) -> dict[str, Book]:
    """A book for each source that is asked for its stock. Raises SettingsError."""
    return {
        name: Book(name, opened(), _patience(settings.sources[name]), clock)
        for name, opened in shelves(settings).items()
    }


def shelves(settings: Settings) -> Mapping[str, Callable[[], Shelf]]:
    """How the stock of sources is reached, nothing opened yet. Raises SettingsError, which names
    the source."""
    found: dict[str, Callable[[], Shelf]] = {}
    for name, stated in settings.sources.items():
        try:
            opened = _shelf(stated)
        except SettingsError as fault:
            raise SettingsError(f"sources.{name}.{fault}") from None
        if opened is not None:
            found[name] = opened
    return found


async def stock_checks(settings: Settings, name: str) -> list[Check]:
    """What comes of asking a source's stock now; empty where it is not asked for."""
    opened = shelves(settings).get(name)
    if opened is None:
        return []
    shelf, began = opened(), time.monotonic()
    try:
        # The second time the connection is there, as it is for a mail.
        await shelf.ask(_question(name))
        began = time.monotonic()
        await shelf.ask(_question(name))
    except ShopError as fault:
        return [Check("stock", "fail", str(fault))]
    except Unreadable as fault:
        return [Check("stock", "fail", f"its answer makes no sense: {fault.wants}")]
    finally:
        await shelf.close()
    took = round((time.monotonic() - began) * 1000)
    deadline = settings.sources[name].stock_deadline_ms
    if took > deadline:
        words = f"answers in {took} ms, later than stock_deadline_ms = {deadline}"
        return [Check("stock", "warn", words)]
    return [Check("stock", "ok", f"answers in {took} ms")]


def _question(name: str) -> Question:
    return Question(name, _NOBODYS, (Item("1", Decimal(1), _NOBODYS),))


def _patience(stated: SourceSettings) -> Patience:
    return Patience(stated.stock_deadline_ms / 1000, stated.stock_seconds)


def _shelf(stated: SourceSettings) -> Callable[[], Shelf] | None:
    """Raises SettingsError, which begins with the key."""
    if stated.stock_url and stated.stock_table:
        raise SettingsError("stock_table: take either this or stock_url")
    if stated.stock_table:
        return _table(stated)
    if stated.stock_sql:
        raise SettingsError("stock_sql: needs a stock_table")
    if stated.stock_url:
        return _endpoint(stated)
    for key in _HTTP_ONLY:
        if getattr(stated, key):
            raise SettingsError(f"{key}: needs a stock_url")
    return None


def _table(stated: SourceSettings) -> Callable[[], Shelf]:
    if not stated.stock_sql:
        raise SettingsError("stock_table: needs a stock_sql")
    for key in _HTTP_ONLY:
        if getattr(stated, key):
            raise SettingsError(f"{key}: is of stock_url, not of a stock_table")
    asked, seconds = query(stated.stock_sql), stated.stock_deadline_ms / 1000
    try:
        reader = registry.stock_reader(stated.stock_table, seconds)
    except SettingsError as fault:
        raise SettingsError(f"stock_table: {fault}") from None
    return lambda: TableShelf(reader, asked)


def _endpoint(stated: SourceSettings) -> Callable[[], Shelf]:
    endpoint = Endpoint(
        check_url(stated.stock_url),
        {"accept-encoding": "identity", **headers(stated.stock_key, stated.stock_header)},
        shape(stated.stock_map),
    )
    return lambda: HttpShelf(endpoint, HttpLine(seconds=PATIENCE, longest=LONGEST))
