"""The gateways of short messages: which are set, how messages are made for them, and where what
becomes of a message is reported."""

from collections.abc import Mapping
from typing import Final

from twofifty.adapters.alerts.registry import capability_of, channel_of, parsed
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.clock import Clock
from twofifty.deliver.ports import Channel, Lookup
from twofifty.deliver.routes.capability import Capability, settle_of
from twofifty.errors import SettingsError
from twofifty.flow.alerting import Alerting, Hushed
from twofifty.flow.deliver import Way
from twofifty.flow.press import Press
from twofifty.flow.route import Route
from twofifty.notice.quiet import QuietHours, quiet_hours
from twofifty.settings import Settings

SETTLE: Final = 900.0
NO_COPIES: Final = 0
"""A text or push message is never sent again on doubt alone."""


def gateways(settings: Settings) -> Mapping[str, ApiRoute]:
    """Those that are set, by channel. Raises SettingsError."""
    stated = {"sms": settings.sms_url, "push": settings.push_url, "webhook": settings.alert_url}
    return {
        channel: parsed(channel, address, settings.alert_secret)
        for channel, address in stated.items()
        if address
    }


def ways(settings: Settings, presses: Mapping[str, Press], clock: Clock) -> Mapping[str, Way]:
    """How short messages are made and where they leave, by channel. Raises SettingsError."""
    maker = Alerting(presses, hours(settings), clock)
    return {
        channel: Way(maker, _route(route, clock, callback(settings, route)))
        for channel, route in gateways(settings).items()
    }


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


def hours(settings: Settings) -> Mapping[str, QuietHours]:
    """When nobody is woken, by kind. Raises SettingsError, which names the table."""
    found: dict[str, QuietHours] = {}
    for kind, table in settings.reach.items():
        try:
            span = quiet_hours(table.quiet_hours)
        except ValueError as fault:
            raise SettingsError(f"reach.{kind}.quiet_hours: {fault}") from None
        if span is not None:
            found[kind] = span
    return found


def _route(route: ApiRoute, clock: Clock, reported_at: str) -> Route:
    channel = Hushed(channel_of(route, clock, reported_at), clock)
    return Route(channel, _Hop(capability_of(route)), NO_COPIES)


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
