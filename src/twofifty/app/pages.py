"""The order pages: how they look, what signs the links to them, which mails have such a link."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import msgspec

from twofifty import telemetry
from twofifty.adapters.smtp.url import parse_routes
from twofifty.app.brands import brand, sources
from twofifty.app.folder import data_folder, kept_page_secret
from twofifty.compose import clean
from twofifty.compose.context.error import TemplateError
from twofifty.compose.ports import Bookshelf
from twofifty.compose.shelf import standing
from twofifty.compose.theme import FILE, PLAIN, Theme, parse
from twofifty.compose.tongue import Tongues
from twofifty.compose.view_page import Front
from twofifty.errors import SettingsError, StoreError
from twofifty.flow.press import Page, no_page
from twofifty.flow.watch_templates import LOOK_SECONDS
from twofifty.order.model import Order
from twofifty.settings import Settings
from twofifty.track.token import issue, last_day

_SHORTEST: Final = 16


def fronts(settings: Settings) -> Mapping[str, Front]:
    """How the pages of every source look and speak, and '' for every other."""
    return {
        name: Front(brand(settings, stated), Tongues(stated.locale or settings.locale))
        for name, stated in sources(settings).items()
    }


class LiveFronts:
    """The fronts of every source in the look that its live templates state, with no restart."""

    def __init__(self, settings: Settings, shelf: Bookshelf) -> None:
        self._shelf = shelf
        self._plain = fronts(settings)
        self._seen = 0
        self.shown: dict[str, Front] = dict(self._plain)

    async def run(self) -> None:
        """Looks again and again; a store that refuses is asked at the next look."""
        while True:
            try:
                await self.look()
            except StoreError as fault:
                telemetry.log().warning(
                    "could not look for a new theme", action="templates.unread", fault=repr(fault)
                )
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> bool:
        """Whether something was published since the last look; then `shown` has its look."""
        newest = await self._shelf.latest()
        if newest == self._seen:
            return False
        publications = await self._shelf.publications()
        for scope, front in self._plain.items():
            theme = await self._theme(standing(publications, scope).live)
            brand_ = msgspec.structs.replace(front.brand, theme=theme)
            self.shown[scope] = msgspec.structs.replace(front, brand=brand_)
        self._seen = newest
        return True

    async def _theme(self, version: str) -> Theme:
        """What a version states; nothing of its own for the built-in one, and where what it states
        is no theme: its mails are made by another version then."""
        kept = await self._shelf.pack(version) if version else None
        try:
            return PLAIN if kept is None else parse(kept.whole.get(FILE, "")).theme
        except TemplateError:
            return PLAIN


def stated_secrets(settings: Settings) -> tuple[str, ...]:
    """The secrets that the settings name, the newest first. Raises SettingsError: a short one."""
    stated = tuple(word for word in map(str.strip, settings.page_secret.split(",")) if word)
    if any(len(word) < _SHORTEST for word in stated):
        raise SettingsError(f"PAGE_SECRET: needs {_SHORTEST} characters or more")
    return stated


def page_secrets(settings: Settings) -> tuple[bytes, ...]:
    """What a link may be signed with, the newest first; made once where the settings name none."""
    stated = stated_secrets(settings) or (kept_page_secret(data_folder(settings)),)
    return tuple(hashlib.sha256(b"order-page:" + word.encode()).digest() for word in stated)


def order_page(settings: Settings) -> Page:
    """Where a customer finds an order, by the setting `ORDER_PAGE`."""
    if settings.order_page == "never":
        return no_page
    secret, base_url = page_secrets(settings)[0], settings.base_url()
    public = settings.order_page == "always" or bool(settings.public_url)
    here = _stays_here(settings)

    def page(order: Order, at: datetime) -> str | None:
        if not public and (not here or clean.url(order.links.status)):
            return None
        token = issue(secret, order.source, order.id, last_day(at, settings.order_page_days))
        return f"{base_url}/o/{token}"

    return page


def _stays_here(settings: Settings) -> bool:
    """Whether no mail leaves this machine, so that a link to it leads somewhere."""
    routes = parse_routes(settings.smtp_url) if settings.smtp_url else ()
    return _is_here(urlsplit(settings.base_url()).hostname or "") and all(
        route.loopback for route in routes
    )


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
