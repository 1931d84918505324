"""The domains that mail leaves and comes back by, in the DNS."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from twofifty.adapters.probe.https import Web
from twofifty.app import dkim
from twofifty.app.doctor.asking import Resolver, answered, as_check, dns_look
from twofifty.app.doctor.leaving import Leaving
from twofifty.app.doctor.looks import Look, unchecked
from twofifty.compose.dkim.record import matches
from twofifty.deliver.posture import mta_sts
from twofifty.deliver.posture.bimi import judge_bimi
from twofifty.deliver.posture.dkim import Selector, judge_key
from twofifty.deliver.posture.dmarc import Identities, judge_alignment, judge_policy
from twofifty.deliver.posture.mx import judge_receiving
from twofifty.deliver.posture.names import reserved
from twofifty.deliver.posture.spf.judge import judge_record
from twofifty.deliver.posture.tls_rpt import judge_tls_rpt
from twofifty.errors import SettingsError
from twofifty.intake.log import Check
from twofifty.settings import Settings


class World(msgspec.Struct, frozen=True):
    """What looks ask. `named`: the resolver is one of the settings, which may know names that the
    public DNS does not."""

    resolver: Resolver
    web: Web
    named: bool


def domain_looks(settings: Settings, mail: Leaving, world: World) -> Iterator[Look]:
    """Every domain, in order: From, then where bounces go."""
    for domain in dict.fromkeys((*mail.authors, *mail.return_paths)):
        if reserved(domain) and not world.named:
            yield _reserved(domain)
        else:
            yield from _domain(domain, settings, mail, world)


def _reserved(domain: str) -> Look:
    why = "is a reserved name that the DNS knows nothing of; set FROM to a domain of yours"

    async def run() -> list[Check]:
        return [unchecked(f"dns {domain}", f"{domain} {why}")]

    return Look(f"dns {domain}", run)


def _domain(domain: str, settings: Settings, mail: Leaving, world: World) -> Iterator[Look]:
    resolver, returns = world.resolver, domain in mail.return_paths
    looked_at = returns and mail.keeps_return_path
    yield dns_look(
        f"spf {domain}",
        lambda: judge_record(domain, bounces=looked_at, include=mail.include if returns else ""),
        resolver,
    )
    if domain in mail.authors:
        yield from _author(domain, settings, mail, resolver)
    what = "bounces" if returns else "answers"
    yield dns_look(f"mx {domain}", lambda: judge_receiving(domain, what), resolver)
    yield Look(f"mta-sts {domain}", lambda: _mta_sts(domain, world))
    yield dns_look(f"tls-rpt {domain}", lambda: judge_tls_rpt(domain), resolver)


def _author(domain: str, settings: Settings, mail: Leaving, resolver: Resolver) -> Iterator[Look]:
    yield Look(f"dkim {domain}", lambda: _dkim(domain, settings, resolver))
    yield dns_look(f"dmarc {domain}", lambda: judge_policy(domain), resolver)
    yield Look(f"alignment {domain}", lambda: _alignment(domain, settings, mail, resolver))
    yield dns_look(f"bimi {domain}", lambda: judge_bimi(domain), resolver)


async def _dkim(domain: str, settings: Settings, resolver: Resolver) -> list[Check]:
    """The records of the keys that sign mail from `domain`, and of those that wait."""
    name, signing = f"dkim {domain}", signing_domain(domain, settings)
    if not signing:
        advice = f"`twofifty dkim create {domain}` makes keys, unless the next hop signs"
        return [Check(name, "warn", f"mail is not signed here: {advice}")]
    found: list[Check] = []
    for kept in dkim.keys(settings):
        if kept.domain == signing and kept.state != "retired":
            found.extend(await _key(kept, resolver))
    return found


async def _key(kept: dkim.Kept, resolver: Resolver) -> list[Check]:
    selector = Selector(kept.domain, kept.key.selector, _problem(kept))
    found = [as_check(one) for one in await answered(judge_key(selector), resolver)]
    if kept.state == "next":
        found = [_waiting(one, kept.domain) for one in found]
    if kept.exposed:
        words = f"others on this machine can read {kept.file.name}: chmod 600"
        found.append(Check(f"dkim {kept.key.selector} {kept.domain}", "fail", words))
    return found


def _problem(kept: dkim.Kept) -> Callable[[str], str | None]:
    return lambda said: matches(said, kept.key.public)


def _waiting(found: Check, domain: str) -> Check:
    """Of a key that does not sign yet nothing is at fault."""
    if found.state == "ok":
        words = f"published, and waits: `twofifty dkim rotate {domain}` has it sign"
        return Check(found.name, "ok", words)
    return Check(found.name, "warn", f"waits to be published: {found.message}")


def signing_domain(domain: str, settings: Settings) -> str:
    """Whose keys sign mail from a domain: its own, or of the nearest above; empty: nobody's.
    Raises SettingsError."""
    signers: Mapping[str, object] = dkim.signers(settings)
    labels = domain.split(".")
    above = (".".join(labels[cut:]) for cut in range(len(labels)))
    return next((name for name in above if name in signers), "")


async def _alignment(
    domain: str, settings: Settings, mail: Leaving, resolver: Resolver
) -> list[Check]:
    try:
        signing = signing_domain(domain, settings)
    except SettingsError:  # said where the keys are looked at
        return [unchecked(f"alignment {domain}", "the DKIM keys cannot be read")]
    path = mail.return_path(domain) if mail.keeps_return_path else ""
    identities = Identities((signing,) if signing else (), path)
    return [as_check(one) for one in await answered(judge_alignment(domain, identities), resolver)]


async def _mta_sts(domain: str, world: World) -> list[Check]:
    announced = await answered(mta_sts.announced(domain), world.resolver)
    if announced.finding:
        return [as_check(announced.finding)]
    name, url = f"mta-sts {domain}", mta_sts.policy_url(domain)
    fetched = await world.web.document(url)
    if fetched.fault and fetched.reached:
        words = f"a policy is announced, but of {url} {fetched.fault}"
        return [Check(name, "fail", words)]
    if fetched.fault:
        return [unchecked(name, f"{url}: {fetched.fault}")]
    policy = mta_sts.parse(fetched.text)
    return [as_check(mta_sts.judge_policy(domain, policy, announced.hosts))]
