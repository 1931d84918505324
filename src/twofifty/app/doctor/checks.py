"""All of it, on one page."""

from collections.abc import AsyncIterator, Iterator

from twofifty.adapters.dns.resolver import DnsResolver
from twofifty.adapters.probe.https import Web
from twofifty.app.doctor.clocks import clock_look
from twofifty.app.doctor.domains import World, domain_looks
from twofifty.app.doctor.house import configuration, disk, house_looks, source_looks, whose
from twofifty.app.doctor.leaving import leaving
from twofifty.app.doctor.looks import Look, looked
from twofifty.app.doctor.nexthop import hop_looks
from twofifty.app.doctor.routes import Glances, route_looks
from twofifty.app.reach import reach_checks
from twofifty.app.routes import legs
from twofifty.clock import Clock
from twofifty.deliver.routes.drawn import drawn
from twofifty.errors import SettingsError
from twofifty.intake.log import Check
from twofifty.settings import Settings


async def checks(settings: Settings, clock: Clock) -> AsyncIterator[Check]:
    """Everything, in the order in which it would be needed; all at once, within fifteen seconds."""
    configured = configuration(settings)
    yield configured
    if configured.state == "fail":
        return
    yield disk(settings)
    yield whose(settings)
    try:
        resolver = DnsResolver(settings.dns_server)
    except SettingsError as fault:
        yield Check("dns", "fail", str(fault))
        return
    web = Web()
    try:
        world = World(resolver, web, named=bool(settings.dns_server))
        async for found in looked(list(_looks(settings, world, clock))):
            yield found
        for check in (*_drawn(settings, clock), *reach_checks(settings)):
            yield check
        if not settings.smtp_url:
            for check in _nothing_leaves():
                yield check
    finally:
        await resolver.close()
        await web.close()


def _looks(settings: Settings, world: World, clock: Clock) -> Iterator[Look]:
    mail, glances = leaving(settings), Glances(clock)
    yield from house_looks(settings)
    yield from source_looks(settings)
    yield from route_looks(mail, glances, clock)
    yield clock_look(settings, mail, glances, world.web, clock)
    if settings.smtp_url:
        yield from domain_looks(settings, mail, world)
        yield from hop_looks(mail, world)


def _drawn(settings: Settings, clock: Clock) -> Iterator[Check]:
    """Which way mail takes where there are several."""
    several = legs(settings, settings.smtp_url, clock) if settings.smtp_url else []
    for line in drawn(several) if len(several) > 1 else ():
        yield Check("routes", "ok", line)


def _nothing_leaves() -> Iterator[Check]:
    yield Check("smtp", "warn", "SMTP_URL is empty: mail goes to the built-in mailbox only")
    words = "the DNS is not looked at: nothing leaves this machine"
    yield Check("dns", "warn", words)
