"""Who is to be reached by which channels: rules, gateways, and the watch over both."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, get_args

from twofifty.adapters.alerts.registry import capability_of, channel_of, parsed
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.adapters.webhook.channel import signing_key
from twofifty.app.brands import brand, sources
from twofifty.clock import Clock, SystemClock
from twofifty.deliver.ports import Channel, Lookup
from twofifty.deliver.routes.capability import Capability, settle_of
from twofifty.errors import SettingsError
from twofifty.flow.alerting import Alerting, Hushed
from twofifty.flow.deliver import Way
from twofifty.flow.press import Press
from twofifty.flow.reach import Policy, ReachWatch
from twofifty.flow.route import Route
from twofifty.intake.log import Check
from twofifty.notice.model import Kind
from twofifty.notice.purpose import purpose_of
from twofifty.notice.quiet import QuietHours, quiet_hours
from twofifty.notice.reach import Evidence, ReachRule
from twofifty.settings import ReachSettings, Settings

CHANNELS: Final = ("sms", "push", "webhook")
SETTLE: Final = 900.0
NO_COPIES: Final = 0
"""A text message, or a push message, is never sent again on doubt alone."""

_SETTINGS: Final[Mapping[str, str]] = {"sms": "SMS_URL", "push": "PUSH_URL", "webhook": "ALERT_URL"}


def check_reach(settings: Settings) -> None:
    """Raises SettingsError for whatever is wrong with a rule or a gateway."""
    policies(settings)
    if settings.alert_url:
        signing_key(settings.alert_secret)


def policies(settings: Settings) -> tuple[Policy, ...]:
    """What is decided with, a kind each. Raises SettingsError, which names the table."""
    set_up = gateways(settings)
    zones = {
        name: brand(settings, source).time_zone or "" for name, source in sources(settings).items()
    }
    return tuple(
        Policy(_rule(kind, table, set_up), frozenset(set_up), _quiet(kind, table), zones)
        for kind, table in settings.reach.items()
    )


def gateways(settings: Settings) -> Mapping[str, ApiRoute]:
    """The gateways that are set, by channel. Raises SettingsError."""
    stated = {"sms": settings.sms_url, "push": settings.push_url, "webhook": settings.alert_url}
    return {
        channel: parsed(channel, address, settings.alert_secret)
        for channel, address in stated.items()
        if address
    }


def ways(settings: Settings, presses: Mapping[str, Press], clock: Clock) -> Mapping[str, Way]:
    """How short messages are made and where they leave, by channel. Raises SettingsError."""
    maker = Alerting(presses, _hours(settings), clock)
    return {
        channel: Way(maker, _route(route, clock, callback(settings, route)))
        for channel, route in gateways(settings).items()
    }


def watch(settings: Settings, store: SqliteStore, clock: Clock) -> ReachWatch:
    """Looks who was not reached; `run` it beside the intake."""
    return ReachWatch(store.reach, policies(settings), clock, store.brakes)


def callback(settings: Settings, route: ApiRoute) -> str:
    """Where a gateway reports what became of a message: its `[providers.NAME]`, where `PUBLIC_URL`
    leads to it; empty for nowhere."""
    if not settings.public_url:
        return ""
    named = (
        name
        for name, stated in settings.providers.items()
        if (stated.kind or name).strip().lower() == route.provider
    )
    found = next(named, "")
    return f"{settings.base_url()}/events/{found}" if found else ""


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
    unused = sorted(
        set(found) - {one for table in settings.reach.values() for one in table.channels}
    )
    for channel in unused:
        words = f"{_SETTINGS[channel]} is set and no [reach.KIND] table names {channel}"
        yield Check(f"reach {channel}", "warn", words)


class _Hop:
    """`flow.route.Doubts` of a gateway, which cannot be asked."""

    def __init__(self, capability: Capability) -> None:
        self._capability = capability

    def capability_of(self, label: str) -> Capability:
        """See `Doubts`."""
        return self._capability

    def lookup_for(self, label: str) -> Lookup | None:
        """See `Doubts`."""
        return None

    def settle_for(self, label: str) -> float:
        """See `Doubts`."""
        return settle_of(self._capability, SETTLE)

    def back_to(self, label: str) -> Channel | None:
        """See `Doubts`."""
        return None


def _route(route: ApiRoute, clock: Clock, reported_at: str) -> Route:
    channel = Hushed(channel_of(route, clock, reported_at), clock)
    return Route(channel, _Hop(capability_of(route)), NO_COPIES)


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


def _hours(settings: Settings) -> Mapping[Kind, QuietHours]:
    return {one.rule.kind: one.quiet for one in policies(settings) if one.quiet is not None}


def _quiet(kind: str, table: ReachSettings) -> QuietHours | None:
    try:
        return quiet_hours(table.quiet_hours)
    except ValueError as fault:
        raise SettingsError(f"reach.{kind}.quiet_hours: {fault}") from None
