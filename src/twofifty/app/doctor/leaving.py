"""Who sends, and by which next hops, as the settings say."""

from collections.abc import Iterator
from email.utils import parseaddr

import msgspec

from twofifty.adapters.mail_api.url import ApiRoute, is_api, parse_api
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.adapters.smtp.url import parse_route, split_urls
from twofifty.deliver.posture.names import domain_of
from twofifty.deliver.posture.providers import provider_of
from twofifty.settings import Settings


class Leaving(msgspec.Struct, frozen=True):
    """`authors`: the domains of From, each once. `bounces`: that of `BOUNCE_ADDRESS`, empty where
    mail returns to its sender."""

    authors: tuple[str, ...]
    bounces: str
    smtp: tuple[SmtpRoute, ...] = ()
    apis: tuple[ApiRoute, ...] = ()

    @property
    def helo(self) -> str:
        """The name said at EHLO where a route states none."""
        return self.authors[0] if self.authors else "localhost"

    @property
    def keeps_return_path(self) -> bool:
        """Whether a next hop leaves the return path as it is; providers mostly write their own."""
        return any(_keeps(route) for route in self.smtp)

    def return_path(self, author: str) -> str:
        """The domain that mail from `author` returns to."""
        return self.bounces or author

    @property
    def return_paths(self) -> tuple[str, ...]:
        """All domains of return paths."""
        return (self.bounces,) if self.bounces else self.authors

    @property
    def include(self) -> str:
        """What the provider behind a route wants in SPF; empty: nothing, or several want it."""
        known = (provider_of(route.host) for route in self.smtp)
        wanted = {provider.include for provider in known if provider and provider.include}
        return wanted.pop() if len(wanted) == 1 else ""


def leaving(settings: Settings) -> Leaving:
    """Raises SettingsError."""
    return Leaving(
        tuple(dict.fromkeys(domain for domain in _authors(settings) if domain)),
        domain_of(parseaddr(settings.bounce_address)[1]),
        *_routes(settings.smtp_url),
    )


def _authors(settings: Settings) -> Iterator[str]:
    stated = (settings.sender, *(source.sender for source in settings.sources.values()))
    return (domain_of(parseaddr(sender)[1]) for sender in stated)


def _routes(text: str) -> tuple[tuple[SmtpRoute, ...], tuple[ApiRoute, ...]]:
    parts = split_urls(text) if text else ()
    numbered = list(enumerate(parts, 1))
    smtp = (parse_route(part, at, len(parts)) for at, part in numbered if not is_api(part))
    apis = (
        parse_api(part, f"SMTP_URL, address {at} of {len(parts)}")
        for at, part in numbered
        if is_api(part)
    )
    return tuple(smtp), tuple(apis)


def _keeps(route: SmtpRoute) -> bool:
    provider = provider_of(route.host)
    return provider is None or bool(provider.include)
