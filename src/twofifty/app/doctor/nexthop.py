"""The addresses that mail leaves from: may they send, and have they names?"""

import ipaddress
from collections.abc import Iterator, Sequence

from twofifty.adapters.probe.machine import public_addresses
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.app.doctor.asking import Resolver, answered, as_check
from twofifty.app.doctor.domains import World
from twofifty.app.doctor.leaving import Leaving
from twofifty.app.doctor.looks import Look, unchecked
from twofifty.deliver.posture.dns import Asking, ask
from twofifty.deliver.posture.finding import Findings
from twofifty.deliver.posture.names import reserved
from twofifty.deliver.posture.providers import provider_of
from twofifty.deliver.posture.reverse import judge_reverse
from twofifty.deliver.posture.spf.evaluate import Sending
from twofifty.deliver.posture.spf.judge import judge_address
from twofifty.intake.log import Check

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MOST_ADDRESSES = 4


def hop_looks(mail: Leaving, world: World) -> Iterator[Look]:
    """A look for each host of an SMTP route."""
    hosts = {route.host: route for route in reversed(mail.smtp)}
    for route in reversed(hosts.values()):
        yield _look(route, mail, world)


def _look(route: SmtpRoute, mail: Leaving, world: World) -> Look:
    return Look(f"sending {route.host}", lambda: _hop(route, mail, world))


async def _hop(route: SmtpRoute, mail: Leaving, world: World) -> list[Check]:
    name, provider = f"sending {route.host}", provider_of(route.host)
    if provider:
        why = f"{provider.name} does not say which addresses it sends from"
        return [unchecked(name, why)]
    addresses, why = await _addresses(route, world.resolver)
    if not addresses:
        return [unchecked(name, why)]
    found: list[Check] = []
    for address in addresses[:MOST_ADDRESSES]:
        for judgement in _judgements(address, route, mail, world):
            found.extend(as_check(one) for one in await answered(judgement, world.resolver))
    return found


async def _addresses(route: SmtpRoute, resolver: Resolver) -> tuple[Sequence[Address], str]:
    """The public addresses that a route sends from, as far as they can be known, or why not."""
    if route.loopback:
        why = "the relay on this machine sends from a public address that this machine cannot see"
        return public_addresses(), why
    found, unknown = await answered(_published(route.host), resolver)
    public = [one for one in found if _may_be_public(one)]
    if public:
        return public, ""
    return (), unknown or f"{route.host} has no public address that is known here"


def _published(host: str) -> Asking[tuple[tuple[Address, ...], str]]:
    """The addresses of a host, and what could not be asked."""
    try:
        return (ipaddress.ip_address(host),), ""
    except ValueError:
        pass
    four = yield from ask(host, "A")
    six = yield from ask(host, "AAAA")
    found = tuple(ipaddress.ip_address(one) for one in (*four.records, *six.records))
    return found, four.unknown or six.unknown


_DOCUMENTATION = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def _may_be_public(address: Address) -> bool:
    """Documentation addresses (RFC 5737, RFC 3849) count: they are nobody's private ones."""
    return address.is_global or any(address in network for network in _DOCUMENTATION)


def _judgements(
    address: Address, route: SmtpRoute, mail: Leaving, world: World
) -> Iterator[Asking[Findings]]:
    helo = route.helo or mail.helo
    for domain in mail.return_paths:
        if world.named or not reserved(domain):
            sending = Sending(address, f"bounces@{domain}", helo)
            yield judge_address(domain, sending, route.host)
    yield judge_reverse(address, route.host)
