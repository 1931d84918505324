"""The routes of `SMTP_URL`: SMTP servers and providers' APIs, and what is agreed with each."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Final

import msgspec

from twofifty.adapters.mail_api import registry as apis
from twofifty.adapters.mail_api.url import ApiRoute, is_api, parse_api
from twofifty.adapters.smtp.lookup import lookup_of
from twofifty.adapters.smtp.pool import BEHIND, Reuse, SmtpChannel
from twofifty.adapters.smtp.route import ROUTE_OPTIONS, SmtpRoute
from twofifty.adapters.smtp.url import parse_route, split_urls
from twofifty.clock import Clock
from twofifty.deliver.ports import Channel
from twofifty.deliver.routes.limited import Limited
from twofifty.deliver.routes.routes import Leg, Routes
from twofifty.deliver.routes.terms import RouteTerms, terms_of
from twofifty.queue.worker import BOUNDS, Bounds
from twofifty.settings import Settings

Stated = SmtpRoute | ApiRoute

_ANY_NUMBER: Final = 1_000
MOST_AT_ONCE: Final = 512
"""Messages that a delivery process has leased at most, each with its order and its bytes."""
_API_TERMS: Final = ROUTE_OPTIONS | {"connections"}


def stated(smtp_url: str) -> tuple[Stated, ...]:
    """The routes, in the order of failover. Raises SettingsError, which names the address by its
    place and repeats no part of it."""
    parts = split_urls(smtp_url) if smtp_url.strip() else ()
    return tuple(
        parse_api(part, _where(number, len(parts)))
        if is_api(part)
        else parse_route(part, number, len(parts))
        for number, part in enumerate(parts, 1)
    )


def check_routes(settings: Settings) -> None:
    """Raises SettingsError for whatever is wrong with a route, or with a rate."""
    _terms(settings.smtp_url)
    rates(settings)


def rates(settings: Settings) -> Mapping[str, RouteTerms]:
    """What may leave of sources with a rate of their own, and of all of them under ''. Raises
    SettingsError."""
    limits = {name: one.rate for name, one in settings.sources.items() if one.rate}
    named = {"": settings.rate, **limits} if settings.rate else limits
    return {name: _rate(name, rate) for name, rate in named.items()}


def stays_here(smtp_url: str) -> bool:
    """Whether no route leaves this machine."""
    return all(_is_here(route) for route in stated(smtp_url))


def routes(settings: Settings, smtp_url: str, clock: Clock) -> Routes:
    """All routes as one channel. Of each rate this process has its share."""
    return Routes(legs(settings, smtp_url, clock), share=share(settings))


def limited(settings: Settings, channel: Channel) -> tuple[Channel, Mapping[str, Channel]]:
    """`channel` at the rate of all mail, and by source at those that have one of their own."""
    terms = rates(settings)
    whole = _paced(channel, "all mail", terms.get(""), share(settings))
    own = {
        name: _paced(whole, f"source {name}", one, share(settings))
        for name, one in terms.items()
        if name
    }
    return whole, own


def share(settings: Settings) -> float:
    """The part of every rate that one delivery process has."""
    return 1.0 / max(1, settings.workers)


def bounds(smtp_url: str) -> Bounds:
    """How much a delivery process does at a time: two messages for each connection, one on its way
    and one behind it. A far server is kept busy by many."""
    pairs = zip(stated(smtp_url), _terms(smtp_url), strict=True)
    wanted = 2 * sum(
        route.connections if isinstance(route, SmtpRoute) else terms.connections
        for route, terms in pairs
    )
    return Bounds(in_flight=min(max(BOUNDS.in_flight, wanted), MOST_AT_ONCE))


def legs(settings: Settings, smtp_url: str, clock: Clock) -> list[Leg]:
    """Each route with what is agreed with it."""
    helo = parseaddr(settings.sender)[1].rpartition("@")[2] or "localhost"
    pairs = zip(stated(smtp_url), _terms(smtp_url), strict=True)
    return [
        _api_leg(route, terms, clock)
        if isinstance(route, ApiRoute)
        else _smtp_leg(route, terms, helo, clock)
        for route, terms in pairs
    ]


def _smtp_leg(route: SmtpRoute, terms: RouteTerms, helo: str, clock: Clock) -> Leg:
    terms = msgspec.structs.replace(terms, connections=route.connections)
    return Leg(
        channel=SmtpChannel(route, helo=helo, reuse=Reuse(for_one_domain=terms.for_one_domain)),
        label=route.label,
        terms=msgspec.structs.replace(terms, behind=BEHIND),
        capability=route.capability,
        lookup=lookup_of(route, clock),
        settle=route.settle,
    )


def _api_leg(route: ApiRoute, terms: RouteTerms, clock: Clock) -> Leg:
    return Leg(
        channel=apis.channel_of(route, clock),
        label=route.label,
        terms=terms,
        capability=apis.capability_of(route),
        lookup=apis.lookup_of(route, clock),
        settle=apis.settle_of(route),
    )


def _terms(smtp_url: str) -> list[RouteTerms]:
    found = stated(smtp_url)
    return [
        terms_of(_options(route), _where(number, len(found)))
        for number, route in enumerate(found, 1)
    ]


def _options(route: Stated) -> Mapping[str, str]:
    if isinstance(route, SmtpRoute):
        return route.options
    return {name: value for name, value in route.options.items() if name in _API_TERMS}


def _where(number: int, total: int) -> str:
    return "SMTP_URL" if total == 1 else f"SMTP_URL, address {number} of {total}"


def _rate(source: str, rate: str) -> RouteTerms:
    where = f"sources.{source}.rate" if source else "RATE"
    terms = terms_of({"rate": rate.strip()}, where)
    return msgspec.structs.replace(terms, connections=_ANY_NUMBER)


def _paced(channel: Channel, label: str, terms: RouteTerms | None, part: float) -> Channel:
    return channel if terms is None else Limited(channel, label, terms, share=part)


def _is_here(route: Stated) -> bool:
    return route.loopback if isinstance(route, SmtpRoute) else route.url.startswith("http://")
