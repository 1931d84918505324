"""The clock, compared with the hosts that the settings name anyway: nobody else is asked."""

import asyncio
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from twofifty.adapters.probe.https import Web
from twofifty.app.doctor.asking import as_check
from twofifty.app.doctor.leaving import Leaving
from twofifty.app.doctor.looks import Look
from twofifty.app.doctor.routes import Glances
from twofifty.clock import Clock
from twofifty.deliver.posture.offset import NAME, Heard, judge_clock
from twofifty.intake.log import Check
from twofifty.settings import Settings

MOST_HOSTS = 5


def clock_look(settings: Settings, mail: Leaving, glances: Glances, web: Web, clock: Clock) -> Look:
    """By the `Date` of HTTPS answers, and by greetings of SMTP servers that say the time."""

    async def run() -> Sequence[Check]:
        hosts = list(dict.fromkeys(_hosts(settings, mail)))[:MOST_HOSTS]
        dates = await asyncio.gather(*(_date(host, web, clock) for host in hosts))
        seen = await asyncio.gather(*(glances.at(route) for route in mail.smtp))
        greeted = [
            Heard(route.label, one.ahead)
            for route, one in zip(mail.smtp, seen, strict=True)
            if one.ahead is not None
        ]
        heard = [*(one for one in dates if one), *greeted]
        return [as_check(judge_clock(heard, hosts))]

    return Look(NAME, run)


async def _date(host: str, web: Web, clock: Clock) -> Heard | None:
    said = await web.date(f"https://{host}/")
    return Heard(host, (said - clock.now()).total_seconds()) if said else None


def _hosts(settings: Settings, mail: Leaving) -> Iterator[str]:
    yield from (route.host for route in mail.apis if route.url.startswith("https://"))
    shops = (source.api_url for source in settings.sources.values())
    for url in (settings.shop_url, settings.logo_url, settings.support_url, *shops):
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname:
            yield parts.hostname
