"""Who is to be reached by which channels: rules, the watch over them, and what `doctor` says."""

import asyncio
import contextlib
import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, get_args

from twofifty import telemetry
from twofifty.adapters.alerts.registry import capability_of, channel_of
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.adapters.webhook.channel import signing_key
from twofifty.app.brands import brand, sources
from twofifty.app.gateways import callback, gateways, hours
from twofifty.app.stores import Store
from twofifty.clock import Clock, SystemClock
from twofifty.errors import SettingsError
from twofifty.flow.reach import Policy, ReachWatch
from twofifty.intake.log import Check
from twofifty.notice.model import Kind
from twofifty.notice.purpose import purpose_of
from twofifty.notice.reach import Evidence, ReachRule
from twofifty.queue.duty import Turn
from twofifty.settings import ReachSettings, Settings

AGAIN_SECONDS: Final = 60.0
CHANNELS: Final = ("sms", "push", "webhook")

_SETTINGS: Final[Mapping[str, str]] = {"sms": "SMS_URL", "push": "PUSH_URL", "webhook": "ALERT_URL"}


class ReachWork:
    """Looks who was not reached, beside the intake. Does nothing where there is no rule."""

    def __init__(self, settings: Settings, store: Store, clock: Clock, turn: Turn) -> None:
        """Raises SettingsError."""
        self._watch = ReachWatch(store.reach, policies(settings), clock, store.brakes)
        self._turn = turn
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._kept())

    async def stop(self) -> None:
        """Ends it; what was not decided is looked at at the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _kept(self) -> None:
        while True:
            try:
                return await self._turn.run(self._watch.run)
            except Exception as fault:  # noqa: BLE001
                # Whatever it was: the watch is begun again, and the fault is said with its place.
                telemetry.log().error(
                    "the watch over who was reached failed and is begun again",
                    action="reach.failed",
                    fault=type(fault).__name__,
                    where=telemetry.where(fault),
                )
            await asyncio.sleep(AGAIN_SECONDS)


def check_reach(settings: Settings) -> None:
    """Raises SettingsError for whatever is wrong with a rule or a gateway."""
    policies(settings)
    if settings.alert_url:
        signing_key(settings.alert_secret)
    for route in gateways(settings).values():
        # What a gateway needs beside its address, a key in a file perhaps, is read here too.
        channel_of(route, SystemClock())


def policies(settings: Settings) -> tuple[Policy, ...]:
    """What is decided with, a kind each. Raises SettingsError, which names the table."""
    set_up = gateways(settings)
    rules = [_rule(kind, table, set_up) for kind, table in settings.reach.items()]
    quiet = hours(settings)
    zones = {
        name: brand(settings, source).time_zone or "" for name, source in sources(settings).items()
    }
    return tuple(Policy(rule, frozenset(set_up), quiet.get(rule.kind), zones) for rule in rules)


def reach_checks(settings: Settings) -> Iterator[Check]:
    """What `doctor` says of rules and gateways, without asking any of them."""
    try:
        check_reach(settings)
        found = gateways(settings)
        for channel, route in found.items():
            channel_of(route, SystemClock())
            yield Check(f"reach {channel}", "ok", f"{route.label}; {_told(settings, route)}")
    except SettingsError as fault:
        yield Check("reach", "fail", str(fault))
        return
    named = {channel for table in settings.reach.values() for channel in table.channels}
    for channel in sorted(set(found) - named):
        words = f"{_SETTINGS[channel]} is set and no [reach.KIND] table names {channel}"
        yield Check(f"reach {channel}", "warn", words)


def _told(settings: Settings, route: ApiRoute) -> str:
    if capability_of(route) != "events":
        return "it does not say what became of a message"
    reported_at = callback(settings, route)
    if reported_at:
        return f"reports come to {reported_at}"
    return f"no reports come: they need PUBLIC_URL and a [providers.{route.provider}] table"


def _rule(kind: str, table: ReachSettings, set_up: Mapping[str, ApiRoute]) -> ReachRule:
    where = f"reach.{kind}"
    known: tuple[Kind, ...] = get_args(Kind)
    found = next((one for one in known if one == kind), None)
    if found is None:
        raise SettingsError(f"{where}: {_nearest(kind, known)}")
    if purpose_of(found) == "marketing":
        raise SettingsError(f"{where}: nobody is called after with marketing")
    for channel in table.channels:
        _check_channel(where, channel, set_up)
    if not table.channels or len(set(table.channels)) < len(table.channels):
        raise SettingsError(f"{where}.channels: name one channel or more, each once")
    if not table.after_minutes:
        raise SettingsError(f"{where}.after_minutes: 0 would tell everybody twice; try 60")
    evidence: Evidence = "delivered" if table.evidence == "delivered" else "accepted"
    return ReachRule(found, table.channels, timedelta(minutes=table.after_minutes), evidence)


def _check_channel(where: str, channel: str, set_up: Mapping[str, ApiRoute]) -> None:
    if channel == "email":
        raise SettingsError(f"{where}.channels: the mail goes first, it need not be named")
    if channel not in CHANNELS:
        raise SettingsError(f"{where}.channels: {_nearest(channel, CHANNELS)}")
    if channel not in set_up:
        raise SettingsError(f"{where}.channels: {channel} needs {_SETTINGS[channel]}")


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    return f"there is no {word!r}; {hint}"
