"""Reads `SMTP_URL`.

    smtp://user:password@relay.example.com:587?tls=starttls
    smtps://user:password@relay.example.com
    smtp://127.0.0.1:2525,smtp://[::1]:2526?connections=4        failover, in this order

Credentials are percent-encoded where they hold `@ : / ? # %` or spaces. Ports default to 25
(RFC 5321) and, for `smtps`, 465 (RFC 8314). Options: `tls` (`starttls`, `none`, `opportunistic`),
`lookup`, `settle`, `connections`, `timeout`. No message of this module repeats any part of the
address: a mistyped one may hold the password anywhere.
"""

import ipaddress
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from twofifty.errors import SettingsError

Tls = Literal["starttls", "implicit", "none", "opportunistic"]

_BETWEEN = re.compile(r"\s*,\s*(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_HOST_NAME = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNFIT = re.compile(r"[\x00-\x20\x7f]")
_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpRoute:
    """One way out. `timeout` None means the phase's own default (see `timeouts`); `settle` and
    `timeout` are seconds. Whatever may hold a secret is left out of `repr`."""

    host: str
    port: int
    tls: Tls
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    lookup: str = field(default="", repr=False)
    settle: float = 900.0
    connections: int = 16
    timeout: float | None = None

    @property
    def label(self) -> str:
        """`host:port`, IPv6 in brackets: what logs and timelines may show."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether the host is this machine itself, where nobody can listen in."""
        return _is_loopback(self.host)

    def __str__(self) -> str:
        return self.label


def parse_routes(text: str) -> tuple[SmtpRoute, ...]:
    """All routes of an `SMTP_URL`, in the order of failover. Raises SettingsError."""
    parts = _BETWEEN.split(text.strip())
    return tuple(_Reader(number, len(parts)).route(part) for number, part in enumerate(parts, 1))


class _Reader:
    """Reads one address and knows which one it is, for the message."""

    def __init__(self, number: int, total: int) -> None:
        self._name = "SMTP_URL" if total == 1 else f"SMTP_URL, address {number} of {total}"

    def route(self, text: str) -> SmtpRoute:
        parts = self._split(text)
        host = self._host(parts)
        plain = SmtpRoute(
            host=host,
            port=self._port(parts),
            tls=_default_tls(parts.scheme, host),
            username=self._decoded(parts.username or "", "the user name"),
            password=self._decoded(parts.password or "", "the password"),
        )
        route = self._with_options(plain, parts.query)
        self._check_credentials(route)
        return route

    def _split(self, text: str) -> SplitResult:
        if _UNFIT.search(text):
            raise self._bad("holds a space or control character; percent-encode it")
        try:
            parts = urlsplit(text)
        except ValueError:
            raise self._bad("is not a URL; it should look like smtp://host:587") from None
        if parts.scheme not in _PORTS:
            raise self._bad("must begin with smtp:// or smtps://")
        if parts.path not in ("", "/") or parts.fragment or "#" in text:
            raise self._bad(
                "may hold a host, a port and options only; percent-encode / ? # in credentials"
            )
        return parts

    def _host(self, parts: SplitResult) -> str:
        host = parts.hostname or ""
        if not host:
            raise self._bad("names no host")
        if not _is_address(host) and not _is_host_name(host):
            raise self._bad("names a host that is neither a name nor an IP address")
        return host

    def _port(self, parts: SplitResult) -> int:
        try:
            port = parts.port
        except ValueError:
            port = 0
        if port == 0 or parts.netloc.endswith(":"):
            raise self._bad("needs a port between 1 and 65535 after the colon")
        return port or _PORTS[parts.scheme]

    def _decoded(self, text: str, what: str) -> str:
        if _BAD_ESCAPE.search(text):
            raise self._bad(f"has a % in {what} that is not an escape; write it as %25")
        try:
            decoded = unquote(text, errors="strict")
        except UnicodeDecodeError:
            raise self._bad(f"has escapes in {what} that are not UTF-8") from None
        if "\x00" in decoded:
            raise self._bad(f"has a NUL in {what}")
        return decoded

    def _with_options(self, route: SmtpRoute, query: str) -> SmtpRoute:
        seen: set[str] = set()
        for pair in query.split("&") if query else ():
            name, _, value = pair.partition("=")
            if name not in _OPTIONS:
                raise self._bad(f"has an option that is not one of {', '.join(_OPTIONS)}")
            if name in seen:
                raise self._bad(f"has the option {name} twice")
            seen.add(name)
            route = self._with_option(route, name, self._decoded(value, f"the option {name}"))
        return route

    def _with_option(self, route: SmtpRoute, name: str, value: str) -> SmtpRoute:
        change, rule = _OPTIONS[name]
        changed = change(route, value)
        if changed is None:
            raise self._bad(f"has an option {name} that is not {rule}")
        return changed

    def _check_credentials(self, route: SmtpRoute) -> None:
        if route.password and not route.username:
            raise self._bad("has a password but no user name")
        if route.username and route.tls == "none" and not route.loopback:
            raise self._bad("would send its credentials unencrypted; leave out tls=none")

    def _bad(self, what: str) -> SettingsError:
        return SettingsError(f"{self._name} {what}.")


def _default_tls(scheme: str, host: str) -> Tls:
    if scheme == "smtps":
        return "implicit"
    return "none" if _is_loopback(host) else "starttls"


def _tls(route: SmtpRoute, value: str) -> SmtpRoute | None:
    if value == "implicit" or route.tls == "implicit":
        return route if value == route.tls else None
    if value == "starttls":
        return replace(route, tls="starttls")
    if value == "none":
        return replace(route, tls="none")
    return replace(route, tls="opportunistic") if value == "opportunistic" else None


def _lookup(route: SmtpRoute, value: str) -> SmtpRoute | None:
    web = re.match(r"https?://[^/\s]+", value) and not _UNFIT.search(value)
    return replace(route, lookup=value) if web and "{message_id}" in value else None


def _settle(route: SmtpRoute, value: str) -> SmtpRoute | None:
    seconds = _number(value, 0.0)
    return None if seconds is None else replace(route, settle=seconds)


def _timeout(route: SmtpRoute, value: str) -> SmtpRoute | None:
    seconds = _number(value, 0.01)
    return None if seconds is None else replace(route, timeout=seconds)


def _connections(route: SmtpRoute, value: str) -> SmtpRoute | None:
    fit = value.isascii() and value.isdigit() and len(value) <= 4 and 1 <= int(value) <= 1000
    return replace(route, connections=int(value)) if fit else None


def _number(value: str, least: float) -> float | None:
    """Seconds up to a week, or None."""
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value, re.ASCII):
        return None
    number = float(value)
    return number if least <= number <= 604_800 and math.isfinite(number) else None


_Change = Callable[[SmtpRoute, str], SmtpRoute | None]
_OPTIONS: dict[str, tuple[_Change, str]] = {
    "tls": (_tls, "starttls, none or opportunistic (smtps:// is always encrypted)"),
    "lookup": (_lookup, "a percent-encoded http or https URL with {message_id} in it"),
    "settle": (_settle, "a number of seconds"),
    "connections": (_connections, "a whole number from 1 to 1000"),
    "timeout": (_timeout, "a number of seconds above 0"),
}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_host_name(host: str) -> bool:
    if not _HOST_NAME.fullmatch(host) or len(host) > 253:
        return False
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback
