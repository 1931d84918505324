"""Which adapter serves which provider: a line a provider, loaded when it is first asked for."""

import importlib
from types import ModuleType
from typing import NamedTuple

from twofifty.adapters.mail_api.api import ApiFactory, LookupFactory
from twofifty.adapters.mail_api.channel import ApiChannel
from twofifty.adapters.mail_api.lookup import ApiLookup
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.clock import Clock
from twofifty.deliver.routes.capability import Capability


class Provider(NamedTuple):
    """The class in `adapters/NAME/channel.py` (a search is the class with `Search` behind its name
    in lookup.py); what settles a doubt there; after how many seconds it can."""

    name: str
    capability: Capability
    settle: float


PROVIDERS = {
    "ses": Provider("Ses", "events", 900.0),
    "sendgrid": Provider("SendGrid", "lookup", 1_800.0),
    "postmark": Provider("Postmark", "lookup", 300.0),
    "mailgun": Provider("Mailgun", "lookup", 900.0),
    "resend": Provider("Resend", "idempotent", 60.0),
    "brevo": Provider("Brevo", "lookup", 900.0),
    "mailjet": Provider("Mailjet", "lookup", 900.0),
    "sparkpost": Provider("SparkPost", "events", 900.0),
    "mailersend": Provider("MailerSend", "events", 900.0),
}


def capability_of(route: ApiRoute) -> Capability:
    """What settles a doubt on this route."""
    if _asks_by_campaign(route):
        return "lookup"
    return PROVIDERS[route.provider].capability


def settle_of(route: ApiRoute) -> float:
    """Seconds from a doubt until it can be settled: the option, else the provider's index delay."""
    return route.number("settle", PROVIDERS[route.provider].settle)


def channel_of(route: ApiRoute, clock: Clock) -> ApiChannel:
    """The way to that provider."""
    name = PROVIDERS[route.provider].name
    made: ApiFactory = getattr(module_of(route.provider, "channel"), name)
    return ApiChannel(route, made(route), clock)


def lookup_of(route: ApiRoute, clock: Clock) -> ApiLookup | None:
    """Asks that provider; None where it cannot be asked by an id of ours."""
    if capability_of(route) != "lookup":
        return None
    name = f"{PROVIDERS[route.provider].name}Search"
    made: LookupFactory = getattr(module_of(route.provider, "lookup"), name)
    return ApiLookup(route, made(route), clock)


def _asks_by_campaign(route: ApiRoute) -> bool:
    """SparkPost finds a message of ours only where each is a campaign of its own."""
    return route.provider == "sparkpost" and route.options.get("ask") == "campaign"


def module_of(provider: str, file: str) -> ModuleType:
    """`adapters/PROVIDER/FILE.py`."""
    return importlib.import_module(f"twofifty.adapters.{provider}.{file}")
