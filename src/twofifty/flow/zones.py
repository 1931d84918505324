"""In which time zones a customer may be: what their order says, checked against their country.

A shop often states its own time zone with every order. Where that is not one of the customer's
country it is not theirs, and all zones of that country are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from twofifty.order.model import Order

UTC_NAME: Final = "UTC"


def zones_of(order: Order, country: str | None, default: str) -> tuple[ZoneInfo, ...]:
    """At least one; `default`: the shop's own where an order says none, may be empty."""
    stated = order.time_zone or default
    of_country = _by_country().get(country or "", ())
    if stated and (not of_country or stated in of_country):
        found = _known(stated)
        if found is not None:
            return (found,)
    there = tuple(zone for zone in map(_known, of_country) if zone is not None)
    return there or (_known(stated or UTC_NAME) or ZoneInfo(UTC_NAME),)


@lru_cache(maxsize=1)
def _by_country() -> Mapping[str, Sequence[str]]:
    """CLDR's zones of each country, those that differ and no other names of them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    territories: Mapping[str, str] = get_global("zone_territories")
    for zone, country in sorted(territories.items()):
        found[country].append(zone)
    return found


@lru_cache(maxsize=512)
def _known(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
