"""`twofifty source list` and `source check`: does every shop stay connected?"""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from twofifty.adapters import registry
from twofifty.app.doors import askables
from twofifty.app.links import links
from twofifty.app.logs import is_log
from twofifty.app.place import is_made
from twofifty.app.seen import last_arrivals
from twofifty.app.stock import stock_checks
from twofifty.app.stores import open_store
from twofifty.cli.connect import glance_words
from twofifty.cli.states import service_states
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError, ShopBusy, ShopError
from twofifty.flow import connect
from twofifty.flow.connect import Link
from twofifty.flow.reconcile import Place
from twofifty.intake.signature.diagnosis import shares_secret
from twofifty.settings import Settings

_DAY = timedelta(days=1)


class Row(msgspec.Struct, frozen=True):
    """A source in the list."""

    name: str
    kind: str
    hook_url: str | None
    api: bool
    last_arrival: datetime | None
    last_reconcile: datetime | None


class Line(msgspec.Struct, frozen=True):
    """One thing that was looked at; `ok` None: nobody can say, or it says nothing of the shop."""

    source: str
    check: str
    ok: bool | None
    message: str


class _Known(msgspec.Struct, frozen=True):
    """What the store says of the sources."""

    arrivals: Mapping[str, datetime] = {}
    reconciled: Mapping[str, datetime] = {}


def listed(settings: Settings, *, as_json: bool) -> int:
    """Prints every source."""
    known = asyncio.run(_known(settings))
    rows = [_row(settings, name, known) for name in settings.sources]
    if as_json:
        for row in rows:
            sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
        return 0
    if not rows:
        sys.stdout.write("no source yet: connect one with `twofifty source add`\n")
        return 0
    table = Table(box=None, pad_edge=False)
    for column in ("name", "kind", "webhooks to", "API", "last arrival", "last reconcile"):
        table.add_column(column, overflow="fold")
    for row in rows:
        api = "yes" if row.api else "no"
        times = (_when(row.last_arrival), _when(row.last_reconcile))
        table.add_row(row.name, row.kind, row.hook_url or "-", api, *times)
    Console().print(table)
    return 0


def checked(settings: Settings, name: str | None, *, as_json: bool) -> int:
    """Prints a line for each thing that was looked at, of one source or all; 1 where any is wrong.

    Raises SettingsError: an unknown source."""
    if name is not None and name not in settings.sources:
        known = ", ".join(settings.sources) or "none yet"
        raise SettingsError(f"there is no source {name!r}; known: {known}")
    names = [name] if name is not None else list(settings.sources)
    lines = asyncio.run(_checked(settings, names))
    for line in lines:
        sys.stdout.write(_shown(line, as_json=as_json) + "\n")
    return 1 if any(line.ok is False for line in lines) else 0


def _shown(line: Line, *, as_json: bool) -> str:
    if as_json:
        return msgspec.json.encode(line).decode()
    mark = {True: "ok", False: "WRONG", None: "-"}[line.ok]
    return f"{mark:5}  {line.source}  {line.check}: {line.message}"


def _row(settings: Settings, name: str, known: _Known) -> Row:
    stated = settings.sources[name]
    return Row(
        name=name,
        kind=registry.kind_of(stated.kind),
        hook_url=None if is_log(stated) else settings.hook_url(name),
        api=bool(stated.api_key) and registry.has_shop(stated.kind),
        last_arrival=known.arrivals.get(name),
        last_reconcile=known.reconciled.get(name),
    )


async def _known(settings: Settings) -> _Known:
    """Nothing where there is no store yet."""
    if not is_made(settings.database_url):
        return _Known()
    store = open_store(settings.database_url, SystemClock())
    try:
        arrivals = await last_arrivals(store.archive, settings.sources)
        books = store.books
        places = {name: await books.position(f"reconcile:{name}") for name in settings.sources}
    finally:
        await store.close()
    found = {
        name: msgspec.json.decode(place, type=Place).done for name, place in places.items() if place
    }
    return _Known(arrivals, {name: at for name, at in found.items() if at is not None})


async def _checked(settings: Settings, names: Iterable[str]) -> list[Line]:
    known, states = await _known(settings), await service_states(settings)
    found = askables(settings, SystemClock())
    linked = links(settings, found)
    lines: list[Line] = []
    try:
        for name in names:
            seen = None
            if name in linked:
                seen, told = await _asked(linked[name])
                lines += told
            else:
                lines.append(_unasked(settings, name))
            lines.append(_secret(settings, name))
            lines.append(_arrival(name, known.arrivals.get(name), seen))
            lines += _canary(settings, name, states)
            lines += [
                Line(name, one.name, ok=one.state != "fail", message=one.message)
                for one in await stock_checks(settings, name)
            ]
    finally:
        for askable in found.values():
            await askable.asker.close()
    return lines


async def _asked(link: Link) -> tuple[connect.Glance | None, list[Line]]:
    """What the shop itself says: each question for itself, for a key may allow one and not the
    other."""
    seen: connect.Glance | None = None
    lines: list[Line] = []
    try:
        seen = await connect.glance(link, datetime.now(UTC) - _DAY)
        lines.append(Line(link.name, "api", ok=not seen.unusable, message=glance_words(seen)))
    except ShopError as fault:
        lines.append(Line(link.name, "api", ok=False, message=str(fault)))
    try:
        lines.append(await _webhooks(link))
        lines += await _confirmation(link)
    except ShopBusy as busy:
        lines.append(Line(link.name, "webhooks", ok=None, message=str(busy)))
    except ShopError as fault:
        lines.append(Line(link.name, "webhooks", ok=False, message=str(fault)))
    return seen, lines


async def _webhooks(link: Link) -> Line:
    found = await connect.webhooks(link)
    if not found.needed:
        words = f"this shop tells nobody about them; they must go to {link.url}"
        return Line(link.name, "webhooks", ok=None, message=words)
    wrong = connect.missing_words(found, link.name)
    right = f"{len(found.needed)} topics to {link.url}"
    return Line(link.name, "webhooks", ok=wrong is None, message=wrong or right)


async def _confirmation(link: Link) -> list[Line]:
    """Nothing where the shop cannot tell."""
    mails = await connect.own_confirmation(link)
    if mails is None:
        return []
    words = connect.own_mail_words(link) if mails else "the shop sends none of its own"
    return [Line(link.name, "confirmation", ok=not mails, message=words)]


def _unasked(settings: Settings, name: str) -> Line:
    if is_log(settings.sources[name]):
        return Line(name, "api", ok=None, message="read from its database's change log")
    words = "set api_key, so that the shop can be asked"
    if not registry.has_shop(settings.sources[name].kind):
        words = "this kind has no API that can be asked"
    return Line(name, "api", ok=None, message=words)


def _secret(settings: Settings, name: str) -> Line:
    stated = settings.sources[name]
    count = len(stated.live_secrets())
    if is_log(stated) or not shares_secret(registry.source(stated.kind).signature):
        return Line(name, "secret", ok=None, message="needs none")
    return Line(name, "secret", ok=count > 0, message=f"{count} live")


def _arrival(name: str, last: datetime | None, seen: connect.Glance | None) -> Line:
    """Wrong where the shop has had orders for a day and none of its webhooks came."""
    silent = last is None or datetime.now(UTC) - last > _DAY
    if silent and seen is not None and seen.orders:
        words = f"last arrival {_when(last)}, but the shop's orders changed since"
        return Line(name, "arrival", ok=False, message=words)
    return Line(name, "arrival", ok=None if silent else True, message=f"last {_when(last)}")


def _canary(settings: Settings, name: str, states: Mapping[str, Any] | None) -> list[Line]:
    """Nothing where no canary orders are wanted. Only the running service knows of them."""
    if not settings.sources[name].canary_minutes:
        return []
    if states is None:
        return [Line(name, "canary", ok=None, message="the service does not answer")]
    state = states.get(name, {})
    if wrong := state.get("faults", {}).get("canary"):
        return [Line(name, "canary", ok=False, message=wrong)]
    last = state.get("canary")
    words = f"confirmed in {last['seconds']} s at {last['at']}" if last else "none sent yet"
    return [Line(name, "canary", ok=True if last else None, message=words)]


def _when(at: datetime | None) -> str:
    return "never" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
