"""Everything that can be wrong with settings, before anything is opened."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twofifty.adapters.smtp.url import parse_routes
from twofifty.adapters.sqlite.database import path_of
from twofifty.app.canaries import canaries
from twofifty.app.doors import doors
from twofifty.app.letters import presses
from twofifty.errors import SettingsError
from twofifty.settings import Settings


def check(settings: Settings) -> None:
    """Everything that can be wrong with settings, before anything is opened. Raises
    SettingsError, which names the setting."""
    path_of(settings.database_url)
    if settings.broker_url:
        raise SettingsError("BROKER_URL: only the embedded queue is there yet; leave it empty")
    if settings.smtp_url:
        parse_routes(settings.smtp_url)
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise SettingsError("PUBLIC_URL: must begin with https:// or http://")
    doors(settings)
    canaries(settings)
    presses(settings)
    for name in (settings.time_zone, *(one.time_zone for one in settings.sources.values())):
        _check_zone(name)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(
            f"TIME_ZONE: {name!r} is no IANA time zone; try Europe/Berlin"
        ) from None
