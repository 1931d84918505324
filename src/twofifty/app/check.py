"""Everything that can be wrong with settings, before anything is opened."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twofifty.app.brakes import gates
from twofifty.app.brokers import check_broker
from twofifty.app.canaries import canaries
from twofifty.app.doors import doors
from twofifty.app.identity import check_bounce_address
from twofifty.app.inbound import check_inbound
from twofifty.app.letters import presses
from twofifty.app.logs import is_log
from twofifty.app.pages import stated_secrets
from twofifty.app.place import check_store
from twofifty.app.policy import rules
from twofifty.app.reach import check_reach
from twofifty.app.routes import check_routes
from twofifty.app.stock import shelves
from twofifty.errors import SettingsError
from twofifty.intake import loose
from twofifty.settings import Settings, SourceSettings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_URL = re.compile(r"https?://[^\s/]")


def check(settings: Settings) -> None:
    """Everything that can be wrong with settings, before anything is opened. Raises
    SettingsError, which names the setting."""
    check_store(settings.database_url)
    check_broker(settings)
    check_routes(settings)
    check_bounce_address(settings)
    check_reach(settings)
    gates(settings)
    check_inbound(settings)
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise SettingsError("PUBLIC_URL: must begin with https:// or http://")
    doors(settings)
    rules(settings)
    canaries(settings)
    presses(settings)
    stated_secrets(settings)
    shelves(settings)
    _check_zone("TIME_ZONE", settings.time_zone)
    for name, source in settings.sources.items():
        _check_source(name, source)


def _check_source(name: str, source: SourceSettings) -> None:
    if not _NAME.fullmatch(name):
        raise SettingsError(f"[sources.{name}]: name it with letters, digits, - and _ only")
    _check_zone(f"sources.{name}.time_zone", source.time_zone)
    if source.locale and loose.locale(source.locale) is None:
        raise SettingsError(f"sources.{name}.locale: {source.locale!r} is none; try de-AT")
    if source.api_url and not is_log(source) and not _URL.match(source.api_url):
        raise SettingsError(f"sources.{name}.api_url: must begin with https:// or http://")


def _check_zone(where: str, name: str) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(f"{where}: {name!r} is no IANA time zone; try Europe/Berlin") from None
