"""What the order pages are given: secrets, looks, limits, and what can be done on a page."""

import asyncio
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Final

from twofifty.clock import Clock, SystemClock
from twofifty.compose.brand import Brand
from twofifty.compose.tongue import Tongues
from twofifty.compose.view_page import Front
from twofifty.web.orderpage.bucket import Buckets

VISITS: Final = (40, 1_800.0)
"""Requests of one address: at once, and in an hour."""

CORRECTIONS: Final = (5, 5.0)
"""E-mail addresses that may be given for one order: at once, and in an hour."""


class OrderPages:
    """The order pages of a service. `secrets`: all that are live, the newest first; `fronts` by
    source name, '' for any other. `acting` is held while something is done, so that a form sent
    twice acts once."""

    def __init__(
        self, secrets: tuple[bytes, ...], fronts: Mapping[str, Front], clock: Clock
    ) -> None:
        self.secrets = secrets
        self.fronts = fronts
        self.visits = Buckets(*VISITS, clock)
        self.corrections = Buckets(*CORRECTIONS, clock)
        self.acting = asyncio.Lock()

    def front(self, source: str) -> Front:
        """How the pages of a source look."""
        return self.fronts.get(source) or self.fronts[""]


def closed() -> OrderPages:
    """For a face without order pages: no link opens anything."""
    return OrderPages((), {"": Front(Brand(shop_name=""), Tongues("en"))}, SystemClock())


def neighbourhood(host: str) -> str:
    """Whom a limit is for: an IPv4 address, or the 64 bits of an IPv6 one that a household has."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or int(address) >> 64)
    return host
