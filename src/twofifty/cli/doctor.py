"""`twofifty doctor`: everything that delivery needs, looked at now, a line each."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from email.utils import parseaddr

import msgspec
from rich.console import Console

from twofifty.adapters.smtp.handshake import Terms, open_connection, tls_context
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.adapters.smtp.url import SmtpRoute, parse_routes
from twofifty.adapters.sqlite.database import path_of
from twofifty.app import check, data_folder
from twofifty.app.logs import log_of, logs
from twofifty.app.offline import offline
from twofifty.app.stock import stock_checks
from twofifty.deliver.outcome import Deferred
from twofifty.errors import SettingsError, StartError, StoreError
from twofifty.flow.audit import Auditor
from twofifty.intake.log import Check
from twofifty.settings import Settings

PATIENCE = Timeouts(connect=10.0, command=10.0)
_TONES = {"ok": "green", "warn": "yellow", "fail": "red"}


def run(settings: Settings, *, as_json: bool) -> int:
    """Prints a line for each thing that was looked at; 1 where anything fails."""
    return asyncio.run(_run(settings, as_json=as_json))


async def _run(settings: Settings, *, as_json: bool) -> int:
    failed = False
    out = Console()
    async for found in checks(settings):
        failed |= found.state == "fail"
        if as_json:
            sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        else:
            tone = _TONES[found.state]
            out.print(f"[{tone}]{found.state:4}[/] {found.name}: ", end="")
            out.print(found.message, markup=False, highlight=False)
    return 1 if failed else 0


async def checks(settings: Settings) -> AsyncIterator[Check]:
    """Everything, in the order in which it would be needed."""
    configured = _configuration(settings)
    yield configured
    if configured.state == "fail":
        return
    yield _disk(settings)
    for part in (_store, _mail, _logs, _stock):
        async for found in part(settings):
            yield found
    yield Check("dns", "warn", "SPF, DKIM and DMARC of the sender's domain are not looked at yet")


async def _mail(settings: Settings) -> AsyncIterator[Check]:
    if not settings.smtp_url:
        yield Check("smtp", "warn", "SMTP_URL is empty: mail goes to the built-in mailbox only")
        return
    helo = parseaddr(settings.sender)[1].rpartition("@")[2] or "localhost"
    for route in parse_routes(settings.smtp_url):
        yield await _smtp(route, helo)


async def _logs(settings: Settings) -> AsyncIterator[Check]:
    for name, stated in logs(settings).items():
        kind = log_of(name, stated)
        for found in await kind.checks(name, stated.api_url, stated.options):
            yield msgspec.structs.replace(found, name=f"sources.{name} {found.name}")


async def _stock(settings: Settings) -> AsyncIterator[Check]:
    for name in settings.sources:
        for found in await stock_checks(settings, name):
            yield msgspec.structs.replace(found, name=f"sources.{name} {found.name}")


def _configuration(settings: Settings) -> Check:
    try:
        check(settings)
    except SettingsError as fault:
        return Check("configuration", "fail", str(fault))
    return Check("configuration", "ok", f"{len(settings.sources)} sources")


def _disk(settings: Settings) -> Check:
    folder = data_folder(settings)
    place = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    free = shutil.disk_usage(place).free // 1_048_576
    low = free < settings.disk_reserve_mb
    words = f"{free:,} MB are free, {settings.disk_reserve_mb} MB are kept in reserve"
    return Check("disk", "fail" if low else "ok", words)


async def _store(settings: Settings) -> AsyncIterator[Check]:
    try:
        async with offline(settings) as opened:
            await opened.store.probe()
            yield Check("store", "ok", f"{path_of(settings.database_url)} takes writes")
            found = await Auditor(opened.store.audit, opened.clock).balance()
            words = "; ".join(found.alarms) or f"{found.tally.orders:,} orders are accounted for"
            yield Check("audit", "fail" if found.alarms else "ok", words)
    except StartError as fault:
        yield Check("store", "warn", str(fault))
    except StoreError as fault:
        yield Check("store", "fail", str(fault))


async def _smtp(route: SmtpRoute, helo: str) -> Check:
    """Connects, secures and logs in as delivery does; sends nothing."""
    terms = Terms(helo, PATIENCE, tls_context(route.tls))
    opened = await open_connection(route, terms)
    if isinstance(opened, Deferred):
        return Check(f"smtp {route.label}", "fail", opened.reason)
    await opened.quit()
    secured = "without TLS" if route.tls == "none" else f"TLS: {route.tls}"
    return Check(f"smtp {route.label}", "ok", f"greets and takes the log-in, {secured}")
