"""Reads `SMTP_URL`.

    smtp://user:password@relay.example.com:587?tls=starttls
    smtps://user:password@relay.example.com
    smtp://127.0.0.1:2525,smtp://[::1]:2526?connections=4        failover, in this order

Credentials are percent-encoded where they hold `@ : / ? # %` or spaces. Ports default to 25
(RFC 5321) and, for `smtps`, 465 (RFC 8314). `options` has the options. No message of this module
repeats any part of the address: a mistyped one may hold the password anywhere.
"""

import re
from dataclasses import replace
from urllib.parse import SplitResult, unquote, urlsplit

from twofifty.adapters.smtp.options import OPTIONS, amiss, is_host_name, passed_on
from twofifty.adapters.smtp.route import (
    ROUTE_OPTIONS,
    SmtpRoute,
    Tls,
    is_address,
    is_loopback,
)
from twofifty.errors import SettingsError

__all__ = ["ROUTE_OPTIONS", "SmtpRoute", "Tls", "parse_route", "parse_routes", "split_urls"]

_BETWEEN = re.compile(r"\s*,\s*(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNFIT = re.compile(r"[\x00-\x20\x7f]")
_PORTS = {"smtp": 25, "smtps": 465}
_READ_ELSEWHERE = ROUTE_OPTIONS - OPTIONS.keys()


def split_urls(text: str) -> tuple[str, ...]:
    """The addresses of a list with commas between, in order, whatever their schemes are."""
    return tuple(_BETWEEN.split(text.strip()))


def parse_routes(text: str) -> tuple[SmtpRoute, ...]:
    """All routes of an `SMTP_URL`, in the order of failover. Raises SettingsError."""
    parts = split_urls(text)
    total = len(parts)
    return tuple(parse_route(part, number, total) for number, part in enumerate(parts, 1))


def parse_route(text: str, number: int = 1, total: int = 1) -> SmtpRoute:
    """One address, the `number`-th of `total`, which is for the message. Raises SettingsError."""
    return _Reader(number, total).route(text)


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
        wrong = amiss(route)
        if wrong:
            raise self._bad(wrong)
        return _completed(route)

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
        if not is_address(host) and not is_host_name(host):
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
            if name not in OPTIONS and name not in _READ_ELSEWHERE:
                known = ", ".join([*OPTIONS, *sorted(_READ_ELSEWHERE)])
                raise self._bad(f"has an option that is not one of {known}")
            if name in seen:
                raise self._bad(f"has the option {name} twice")
            seen.add(name)
            route = self._with_option(route, name, self._decoded(value, f"the option {name}"))
        return route

    def _with_option(self, route: SmtpRoute, name: str, value: str) -> SmtpRoute:
        change, rule = OPTIONS.get(name, (_unchanged, ""))
        changed = change(route, value)
        if changed is None:
            raise self._bad(f"has an option {name} that is not {rule}")
        return passed_on(changed, name, value)

    def _bad(self, what: str) -> SettingsError:
        return SettingsError(f"{self._name} {what}.")


def _unchanged(route: SmtpRoute, value: str) -> SmtpRoute:
    """What an option does that is read elsewhere."""
    return route


def _completed(route: SmtpRoute) -> SmtpRoute:
    """What follows from the rest: what the next hop offers, whose tokens are fetched by what."""
    if route.lookup and "capability" not in route.options:
        route = replace(route, capability="lookup")
    if route.token is None:
        return route
    client = route.token.client or route.username
    return replace(route, token=replace(route.token, client=client, refresh=route.password))


def _default_tls(scheme: str, host: str) -> Tls:
    if scheme == "smtps":
        return "implicit"
    return "none" if is_loopback(host) else "starttls"
