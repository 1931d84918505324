"""The options of an address in `SMTP_URL`: what each may be, and what it changes. Pure.

An option is a function from a route and a value to the route as it then is, or to None where the
value will not do; beside it stands what it may be, as the end of "that is not ...".
"""

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from twofifty.adapters.smtp.route import (
    ROUTE_OPTIONS,
    Auth,
    Dsn,
    Family,
    SmtpRoute,
    TokenTerms,
    is_address,
    is_loopback,
)
from twofifty.deliver.routes.capability import Capability

Change = Callable[[SmtpRoute, str], SmtpRoute | None]

_T = TypeVar("_T")
_HOST_NAME = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_UNFIT = re.compile(r"[\x00-\x20\x7f]")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[!-~]{1,2000}")
_DSNS: Mapping[str, Dsn] = {"on": "on", "failure": "failure", "off": "off"}
_FAMILIES: Mapping[str, Family] = {"auto": "auto", "4": "4", "6": "6"}
_AUTHS: Mapping[str, Auth] = {
    "any": "any",
    "plain": "plain",
    "login": "login",
    "xoauth2": "xoauth2",
    "oauthbearer": "oauthbearer",
}
_CAPABILITIES: Mapping[str, Capability] = {
    "idempotent": "idempotent",
    "lookup": "lookup",
    "events": "events",
    "nothing": "nothing",
}
_NO_TOKENS = TokenTerms("", "")


def is_host_name(host: str) -> bool:
    """Whether it can be a host's name (RFC 1123 2.1, with `_` and IDN)."""
    if not _HOST_NAME.fullmatch(host) or len(host) > 253:
        return False
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def tls(route: SmtpRoute, value: str) -> SmtpRoute | None:
    """How the connection is encrypted; the scheme `smtps` has settled it."""
    if value == "implicit" or route.tls == "implicit":
        return route if value == route.tls else None
    if value == "starttls":
        return replace(route, tls="starttls")
    if value == "none":
        return replace(route, tls="none")
    return replace(route, tls="opportunistic") if value == "opportunistic" else None


def _chosen(
    words: Mapping[str, _T], change: Callable[[SmtpRoute, _T], SmtpRoute]
) -> Callable[[SmtpRoute, str], SmtpRoute | None]:
    """One of some words."""

    def option(route: SmtpRoute, value: str) -> SmtpRoute | None:
        return change(route, words[value]) if value in words else None

    return option


def _counted(most: int, change: Callable[[SmtpRoute, int], SmtpRoute]) -> Change:
    """A whole number from 1 to `most`."""

    def option(route: SmtpRoute, value: str) -> SmtpRoute | None:
        fit = re.fullmatch(r"[0-9]{1,6}", value) and 1 <= int(value) <= most
        return change(route, int(value)) if fit else None

    return option


def _seconds(least: float, change: Callable[[SmtpRoute, float], SmtpRoute]) -> Change:
    """Seconds from `least` up to a week."""

    def option(route: SmtpRoute, value: str) -> SmtpRoute | None:
        if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value, re.ASCII):
            return None
        number = float(value)
        fit = least <= number <= 604_800 and math.isfinite(number)
        return change(route, number) if fit else None

    return option


def _token(change: Callable[[TokenTerms, str], TokenTerms]) -> Change:
    """A part of what is needed to fetch access tokens."""

    def option(route: SmtpRoute, value: str) -> SmtpRoute | None:
        if not _WORD.fullmatch(value.replace(" ", "_")):
            return None
        return replace(route, token=change(route.token or _NO_TOKENS, value))

    return option


def _token_url(route: SmtpRoute, value: str) -> SmtpRoute | None:
    web = re.match(r"https?://[^/\s]+", value) and not _UNFIT.search(value)
    if not web or not _is_private(value):
        return None
    return replace(route, token=replace(route.token or _NO_TOKENS, url=value))


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or is_loopback(parts.hostname or "")
    except ValueError:
        return False


def _lookup(route: SmtpRoute, value: str) -> SmtpRoute | None:
    web = re.match(r"https?://[^/\s]+", value) and not _UNFIT.search(value)
    log = value.startswith("log:/") and value.isprintable()
    return replace(route, lookup=value) if log or (web and "{message_id}" in value) else None


def _local(route: SmtpRoute, value: str) -> SmtpRoute | None:
    return replace(route, local=value) if is_address(value) else None


def _helo(route: SmtpRoute, value: str) -> SmtpRoute | None:
    literal = re.fullmatch(r"\[(?:IPv6:)?([0-9A-Fa-f.:]+)\]", value)
    fit = is_address(literal[1]) if literal else value.isascii() and is_host_name(value)
    return replace(route, helo=value) if fit else None


def _ca(route: SmtpRoute, value: str) -> SmtpRoute | None:
    return replace(route, ca=value) if value and value.isprintable() else None


def _pin(route: SmtpRoute, value: str) -> SmtpRoute | None:
    digests = [one.replace(":", "").lower() for one in value.split(",")]
    fit = all(_DIGEST.fullmatch(digest) for digest in digests)
    return replace(route, pins=frozenset(digests)) if fit else None


OPTIONS: Mapping[str, tuple[Change, str]] = {
    "tls": (tls, "starttls, none or opportunistic (smtps:// is always encrypted)"),
    "ca": (_ca, "a file's name"),
    "pin": (_pin, "a SHA-256 digest in hexadecimal, or several with commas between"),
    "verify": (
        _chosen({"on": True, "off": False}, lambda route, on: replace(route, verify=on)),
        "on or off",
    ),
    "auth": (
        _chosen(_AUTHS, lambda route, auth: replace(route, auth=auth)),
        f"one of {', '.join(_AUTHS)}",
    ),
    "token_url": (_token_url, "an https URL, percent-encoded (http on this machine only)"),
    "client_id": (_token(lambda token, value: replace(token, client=value)), "a client's id"),
    "client_secret": (_token(lambda token, value: replace(token, secret=value)), "a secret"),
    "scope": (_token(lambda token, value: replace(token, scope=value)), "a scope"),
    "lookup": (
        _lookup,
        "a percent-encoded http or https URL with {message_id} in it, or log: and a file",
    ),
    "settle": (_seconds(0.0, lambda route, n: replace(route, settle=n)), "a number of seconds"),
    "connections": (
        _counted(1000, lambda route, n: replace(route, connections=n)),
        "a whole number from 1 to 1000",
    ),
    "messages": (
        _counted(100_000, lambda route, n: replace(route, messages=n)),
        "a whole number from 1 to 100000",
    ),
    "timeout": (
        _seconds(0.01, lambda route, n: replace(route, timeout=n)),
        "a number of seconds above 0",
    ),
    "bdat": (
        _chosen({"auto": True, "never": False}, lambda route, on: replace(route, bdat=on)),
        "auto or never",
    ),
    "dsn": (_chosen(_DSNS, lambda route, dsn: replace(route, dsn=dsn)), "on, failure or off"),
    "family": (
        _chosen(_FAMILIES, lambda route, family: replace(route, family=family)),
        "4, 6 or auto",
    ),
    "local": (_local, "an IP address of this machine"),
    "helo": (_helo, "a host's name"),
    "capability": (
        _chosen(_CAPABILITIES, lambda route, word: replace(route, capability=word)),
        f"one of {', '.join(_CAPABILITIES)}",
    ),
}


def passed_on(route: SmtpRoute, name: str, value: str) -> SmtpRoute:
    """`route` with an option that is read elsewhere, or there as well."""
    if name not in ROUTE_OPTIONS:
        return route
    return replace(route, options={**route.options, name: value})


def amiss(route: SmtpRoute) -> str | None:
    """What does not go together, as the end of a sentence; None if all does."""
    wrong = (words for is_wrong, words in _RULES if is_wrong(route))
    return next(wrong, None)


def _needs_login(route: SmtpRoute) -> bool:
    by_token = route.auth in ("xoauth2", "oauthbearer")
    secret = route.password or (route.token is not None and route.token.secret)
    return by_token and not (route.username and secret)


def _local_of_other_family(route: SmtpRoute) -> bool:
    if not route.local or route.family == "auto":
        return False
    return str(ipaddress.ip_address(route.local).version) != route.family


_RULES: tuple[tuple[Callable[[SmtpRoute], bool], str], ...] = (
    (lambda one: bool(one.password and not one.username), "has a password but no user name"),
    (
        lambda one: bool(one.username) and one.tls == "none" and not one.loopback,
        "would send its credentials unencrypted; leave out tls=none",
    ),
    (
        lambda one: not one.verify and not one.loopback,
        "has verify=off, which is for servers on this machine only; name their ca instead",
    ),
    (
        lambda one: bool(one.ca or one.pins) and one.tls in ("none", "opportunistic"),
        "has a ca or pin, which need tls=starttls or smtps://",
    ),
    (
        lambda one: one.token is not None and one.auth not in ("xoauth2", "oauthbearer"),
        "has token_url, client_id, client_secret or scope, which need auth=xoauth2",
    ),
    (
        lambda one: one.token is not None and not one.token.url,
        "has client_id, client_secret or scope but no token_url",
    ),
    (_needs_login, "has auth=xoauth2 or oauthbearer but no user name with a token to go with it"),
    (_local_of_other_family, "has a local address of another family than its option family"),
    (
        lambda one: one.capability == "lookup" and not one.lookup,
        "has capability=lookup but no lookup",
    ),
)
