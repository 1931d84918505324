"""What the options of a route say about how much may leave by it.

weight=3                    shares the mail with its neighbours that state a weight too
connections=16              mails on their way at once
rate=10/s                   or 600/m, 5000/h, 100000/d: of all mail
domain_rate=100/m           the same for each recipient domain
domain_connections=4        mails on their way at once for each recipient domain
warmup=2026-11-22:200       200 mails on that day, twice as many each day until the rate
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches

import msgspec

from twofifty.deliver.routes.warmup import Warmup
from twofifty.errors import SettingsError

_RATE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)/(s|m|h|d)", re.ASCII)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_OTHERS = frozenset({"capability"})
"""Options of a route that are read elsewhere."""


class RouteTerms(msgspec.Struct, frozen=True):
    """Rates are mails a second. `weight` None: takes its turn in order. `domain_connections` None:
    seven eighths of `connections`, so that one domain never has all. `behind`: how many mails may
    follow each other closely on a connection, so that it never waits for the next; a domain with a
    number of its own has no more than that on their way."""

    weight: float | None = None
    connections: int = 16
    behind: int = 1
    rate: float | None = None
    domain_rate: float | None = None
    domain_connections: int | None = None
    warmup: Warmup | None = None

    @property
    def places(self) -> int:
        """How many mails may be on their way at once."""
        return self.connections * self.behind

    @property
    def for_one_domain(self) -> int:
        """How many of them may be for one domain."""
        if self.domain_connections:
            return min(self.domain_connections, self.places)
        kept = max(1, self.connections // 8)
        return max(1, self.connections - kept) * self.behind


def terms_of(options: Mapping[str, str], where: str) -> RouteTerms:
    """Reads the `options` of the route that `where` names as people know it (`SMTP_URL, address
    2`). Raises SettingsError; no message repeats a value."""
    read: dict[str, object] = {}
    for name, text in options.items():
        if name in _OTHERS:
            continue
        if name not in _READERS:
            raise SettingsError(f"{where} has an option {_unknown(name)}.")
        reader, rule = _READERS[name]
        value = reader(text.strip())
        if value is None:
            raise SettingsError(f"{where} has an option {name} that is not {rule}.")
        read[name] = value
    return msgspec.convert(read, RouteTerms)


def _unknown(name: str) -> str:
    near = get_close_matches(name, _READERS, n=1)
    known = f"did you mean {near[0]}" if near else f"there are {', '.join(_READERS)}"
    return f"that no route knows: {known}"


def _weight(text: str) -> float | None:
    fit = re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text, re.ASCII)
    return float(text) if fit and float(text) > 0 else None


def _count(text: str) -> int | None:
    fit = text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 1000
    return int(text) if fit else None


def _rate(text: str) -> float | None:
    found = _RATE.fullmatch(text)
    rate = float(found[1]) / _SECONDS[found[2]] if found else 0.0
    return rate if rate > 0 else None


def _warmup(text: str) -> Warmup | None:
    start, _, first = text.partition(":")
    try:
        day = date.fromisoformat(start)
    except ValueError:
        return None
    fit = first.isascii() and first.isdigit() and len(first) <= 9 and int(first) > 0
    return Warmup(day, int(first)) if fit and len(start) == len("2026-11-22") else None


_A_RATE = "a number of mails in a second, minute, hour or day: 10/s, 600/m, 5000/h or 100000/d"
_A_COUNT = "a whole number from 1 to 1000"
_READERS: dict[str, tuple[Callable[[str], object], str]] = {
    "weight": (_weight, "a number above 0"),
    "connections": (_count, _A_COUNT),
    "rate": (_rate, _A_RATE),
    "domain_rate": (_rate, _A_RATE),
    "domain_connections": (_count, _A_COUNT),
    "warmup": (_warmup, "a day and its number of mails, as in 2026-11-22:200"),
}
