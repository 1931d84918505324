"""What is on this machine: settings, disk, store; and the databases and shops that are asked."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence

import msgspec

from twofifty.app.brakes import fingerprint, is_unmistakable
from twofifty.app.brokers import carrier
from twofifty.app.check import check
from twofifty.app.doctor.feedback import feedback
from twofifty.app.doctor.looks import Look
from twofifty.app.folder import data_folder
from twofifty.app.logs import log_of, logs
from twofifty.app.offline import offline
from twofifty.app.place import clock_difference, is_made, is_shared, named
from twofifty.app.stock import stock_checks
from twofifty.clock import Clock
from twofifty.errors import SettingsError, StartError, StoreError
from twofifty.flow.audit import Auditor
from twofifty.intake.log import Check
from twofifty.settings import Settings, SourceSettings

MOST_APART = 2.0
_LATE = ": leases are kept by the clocks of all machines; let each keep time by NTP"


def configuration(settings: Settings) -> Check:
    """Whether the service would start with it."""
    try:
        check(settings)
    except SettingsError as fault:
        return Check("configuration", "fail", str(fault))
    return Check("configuration", "ok", f"{len(settings.sources)} sources")


def disk(settings: Settings) -> Check:
    """Whether intake would still take orders."""
    folder = data_folder(settings)
    place = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    free = shutil.disk_usage(place).free // 1_048_576
    low = free < settings.disk_reserve_mb
    words = f"{free:,} MB are free, {settings.disk_reserve_mb} MB are kept in reserve"
    return Check("disk", "fail" if low else "ok", words)


def whose(settings: Settings) -> Check:
    """Whether a copy of the store would be known for one."""
    if is_shared(settings.database_url) and not settings.instance:
        words = (
            "INSTANCE is not set: machines that write the database's host in another way, or whose "
            "host has no domain, count as copies and hold their mail; a copy of the database that "
            "is reached under the same name does not, and sends"
        )
        return Check("instance", "warn", words)
    if is_unmistakable(settings):
        return Check("instance", "ok", f"this installation is {fingerprint(settings)}")
    words = "neither INSTANCE nor this machine's machine-id is set: a copied store would send mail"
    return Check("instance", "warn", words)


def house_looks(settings: Settings) -> Iterator[Look]:
    """The store, its audit, and what it heard of the world; the broker where there is one."""
    yield Look("store", lambda: _store(settings))
    if settings.broker_url:
        yield Look("broker", lambda: _broker(settings))


def source_looks(settings: Settings) -> Iterator[Look]:
    """Databases whose log is read, and where stock is asked for."""
    for name, stated in logs(settings).items():
        yield _log_look(name, stated)
    for name in settings.sources:
        yield _stock_look(settings, name)


async def _store(settings: Settings) -> Sequence[Check]:
    found: list[Check] = []
    try:
        if not await asyncio.to_thread(is_made, settings.database_url):
            where = named(settings.database_url)
            return [
                Check("store", "warn", f"{where}: there is none yet; `twofifty serve` makes it")
            ]
        async with offline(settings) as opened:
            await opened.store.probe()
            found.append(Check("store", "ok", f"{named(settings.database_url)} takes writes"))
            found += await asyncio.to_thread(_clocks, settings.database_url, opened.clock)
            audit = await Auditor(opened.store.audit, opened.clock).balance()
            words = "; ".join(audit.alarms) or f"{audit.tally.orders:,} orders are accounted for"
            found.append(Check("audit", "fail" if audit.alarms else "ok", words))
            if settings.smtp_url:
                now = opened.clock.now()
                found.append(await feedback(opened.store.reports, settings, now))
    except (StartError, StoreError) as fault:
        found.append(Check("store", "fail", str(fault)))
    return found


def _clocks(url: str, clock: Clock) -> Sequence[Check]:
    """How far our clock is from the database server's. Raises StartError."""
    if not is_shared(url):
        return ()
    ahead = clock_difference(url, clock)
    words = f"ours is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} the database's"
    late = abs(ahead) > MOST_APART
    return [Check("store clock", "warn" if late else "ok", words + (_LATE if late else ""))]


async def _broker(settings: Settings) -> Sequence[Check]:
    asked = carrier(settings)
    if asked is None:
        return []
    try:
        state = await asked.state()
    finally:
        await asked.close()
    if not state.connected:
        return [Check("broker", "fail", state.said or "cannot be reached")]
    counts = {"wait": state.ready, "are at work": state.taken, "are dead letters": state.dead}
    words = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count is not None)
    wrong = bool(state.dead) or bool(state.said)
    said = f"; {state.said}" if state.said else ""
    return [Check("broker", "warn" if wrong else "ok", f"tickets: {words}{said}")]


def _log_look(name: str, stated: SourceSettings) -> Look:
    async def run() -> Sequence[Check]:
        found = await log_of(name, stated).checks(name, stated.api_url, stated.options)
        return _of_source(name, found)

    return Look(f"sources.{name} log", run)


def _stock_look(settings: Settings, name: str) -> Look:
    async def run() -> Sequence[Check]:
        return _of_source(name, await stock_checks(settings, name))

    return Look(f"sources.{name} stock", run)


def _of_source(name: str, found: Sequence[Check]) -> Sequence[Check]:
    return [msgspec.structs.replace(one, name=f"sources.{name} {one.name}") for one in found]
