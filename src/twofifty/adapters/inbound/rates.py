"""How often somebody elsewhere may come."""

import ipaddress
from typing import Final

from twofifty.clock import Clock

PER_MINUTE: Final = 60
_MOST_HOSTS: Final = 10_000
_NEAR: Final = ("", "127.0.0.1", "::1")
"""This machine's own mail server brings what came for everybody."""


class Rates:
    """Counts by address, of IPv6 by network (/64), and forgets each minute. Beyond `_MOST_HOSTS`
    addresses in a minute all others are counted as one."""

    def __init__(self, clock: Clock, most: int = PER_MINUTE) -> None:
        self._clock = clock
        self._most = most
        self._minute = 0
        self._counted: dict[str, int] = {}

    def allows(self, host: str) -> bool:
        """Counts one more of `host`; False: too many within this minute."""
        if host in _NEAR:
            return True
        minute = int(self._clock.seconds() // 60)
        if minute != self._minute:
            self._minute, self._counted = minute, {}
        key = _network(host)
        if key not in self._counted and len(self._counted) >= _MOST_HOSTS:
            key = ""
        self._counted[key] = self._counted.get(key, 0) + 1
        return self._counted[key] <= self._most


def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
