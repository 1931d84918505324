"""The next hops themselves: do they answer, take the log-in, and is their TLS in order?"""

import asyncio
from collections.abc import Iterator

from twofifty.adapters.mail_api.line import ApiLine
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.adapters.probe.smtp import Seen, look
from twofifty.adapters.smtp.handshake import open_connection, terms_for
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.adapters.smtp.secured import route_context
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.app.doctor.asking import as_check
from twofifty.app.doctor.keyed import verdict, whose
from twofifty.app.doctor.leaving import Leaving
from twofifty.app.doctor.looks import Look, unchecked
from twofifty.clock import Clock
from twofifty.deliver.outcome import Deferred
from twofifty.deliver.posture.certificate import judge_certificate
from twofifty.intake.log import Check

PATIENCE = Timeouts(connect=7.0, command=7.0)
GLANCE_SECONDS = 7.0


class Glances:
    """One short look at each SMTP server, for all who want to know."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[SmtpRoute, asyncio.Future[Seen]] = {}

    async def at(self, route: SmtpRoute) -> Seen:
        """What the server shows; the same to everybody."""
        if route not in self._seen:
            self._seen[route] = asyncio.ensure_future(self._looked(route))
        return await asyncio.shield(self._seen[route])

    async def _looked(self, route: SmtpRoute) -> Seen:
        try:
            async with asyncio.timeout(GLANCE_SECONDS):
                implicit = route.tls == "implicit"
                return await look(route.host, route.port, self._clock, implicit=implicit)
        except TimeoutError:
            return Seen(fault="no answer in time")


def route_looks(mail: Leaving, glances: Glances, clock: Clock) -> Iterator[Look]:
    """Log-in and TLS of each route; the key of each provider's API."""
    for route in mail.smtp:
        yield _login_look(route, mail.helo)
        yield _tls_look(route, glances, clock)
    for api in mail.apis:
        yield _key_look(api)


def _login_look(route: SmtpRoute, helo: str) -> Look:
    return Look(f"smtp {route.label}", lambda: _login(route, helo))


def _tls_look(route: SmtpRoute, glances: Glances, clock: Clock) -> Look:
    return Look(f"tls {route.label}", lambda: _tls(route, glances, clock))


def _key_look(route: ApiRoute) -> Look:
    return Look(f"api {route.label}", lambda: _key(route))


async def _login(route: SmtpRoute, helo: str) -> list[Check]:
    """Connects, secures and logs in as delivery does; sends nothing."""
    name = f"smtp {route.label}"
    opened = await open_connection(route, terms_for(route, helo, PATIENCE, route_context(route)))
    if isinstance(opened, Deferred):
        return [Check(name, "fail", opened.reason)]
    await opened.quit()
    secured = "without TLS" if route.tls == "none" else f"TLS: {route.tls}"
    return [Check(name, "ok", f"greets and takes the log-in, {secured}")]


async def _tls(route: SmtpRoute, glances: Glances, clock: Clock) -> list[Check]:
    name = f"tls {route.label}"
    if route.tls == "none":
        return [] if route.loopback else [Check(name, "warn", "mail leaves unencrypted (tls=none)")]
    seen = await glances.at(route)
    if seen.fault:
        return [unchecked(name, seen.fault)]
    if seen.tls is None:
        return [Check(name, "warn", "the server offers no TLS: mail leaves unencrypted")]
    found = as_check(judge_certificate(name, route.host, seen.tls, clock.now()))
    return [_forgiving(found) if route.tls == "opportunistic" else found]


def _forgiving(found: Check) -> Check:
    """Opportunistic TLS takes any certificate: mail leaves all the same."""
    return Check(found.name, "warn" if found.state == "fail" else found.state, found.message)


async def _key(route: ApiRoute) -> list[Check]:
    """Asks what anybody with the key may ask, and nothing is sent by."""
    name, call = f"api {route.label}", whose(route)
    if call is None:
        return [unchecked(name, "this provider's key is only tried by sending")]
    line = ApiLine(route.label, seconds=GLANCE_SECONDS, connections=1)
    try:
        answer = await line.ask(call)
    finally:
        await line.close()
    if answer is None:
        return [unchecked(name, "the provider gave no answer")]
    state, words = verdict(route.provider, answer.status)
    return [Check(name, state, words)]
