"""The order pages: what signs the links to them, and which mails have such a link."""

import hashlib
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from twofifty.app.folder import kept_page_secret
from twofifty.app.routes import stays_here
from twofifty.compose import clean
from twofifty.errors import SettingsError
from twofifty.flow.press import Page, no_page
from twofifty.order.model import Order
from twofifty.settings import Settings
from twofifty.track.token import issue, last_day

_SHORTEST: Final = 16


def stated_secrets(settings: Settings) -> tuple[str, ...]:
    """The secrets that the settings name, the newest first. Raises SettingsError: a short one."""
    stated = tuple(word for word in map(str.strip, settings.page_secret.split(",")) if word)
    if any(len(word) < _SHORTEST for word in stated):
        raise SettingsError(f"PAGE_SECRET: needs {_SHORTEST} characters or more")
    return stated


def page_secrets(settings: Settings) -> tuple[bytes, ...]:
    """What a link may be signed with, the newest first; made once where the settings name none."""
    stated = stated_secrets(settings) or (kept_page_secret(settings),)
    return tuple(hashlib.sha256(b"order-page:" + word.encode()).digest() for word in stated)


def mail_secrets(settings: Settings) -> tuple[bytes, ...]:
    """What return paths and links to unsubscribe may be signed with, the newest first."""
    stated = stated_secrets(settings) or (kept_page_secret(settings),)
    return tuple(hashlib.sha256(b"mail:" + word.encode()).digest() for word in stated)


def links_lead_here(settings: Settings) -> bool:
    """Whether a link to this service leads a recipient of its mails to it."""
    return bool(settings.public_url) or _stays_here(settings)


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
    return _is_here(urlsplit(settings.base_url()).hostname or "") and stays_here(settings.smtp_url)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
