"""`twofifty source add` and `source connect`: from a shop's keys to a source that works."""

import asyncio
import re
import secrets
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec
import typer

from twofifty.adapters import registry
from twofifty.app.configuration import Configuration, Value
from twofifty.app.doors import askables
from twofifty.app.links import link as linked
from twofifty.cli.difference import difference
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError, ShopError
from twofifty.flow import connect
from twofifty.flow.connect import Link, Webhooks
from twofifty.intake.shop import Shop
from twofifty.intake.signature import Marked
from twofifty.intake.signature.diagnosis import shares_secret
from twofifty.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PENDING = "pending"


class Given(msgspec.Struct, frozen=True):
    """What was said on the command line; None and '' are asked for, unless `yes`."""

    kind: str | None = None
    name: str | None = None
    secret: str | None = None
    api_url: str | None = None
    api_key: str | None = None
    api_secret: str | None = None
    time_zone: str | None = None
    locale: str | None = None
    options: tuple[str, ...] = ()
    replace: bool = False
    webhooks: bool = True
    yes: bool = False


def add(given: Given, configuration: Configuration) -> int:
    """Asks, tests, registers and writes; 1 where the shop does not answer and nothing was written.

    Raises SettingsError: what was given cannot be used."""
    kind = registry.kind_of(given.kind) if given.kind else _asked_kind(given)
    _check_kind(kind)
    name = _name(given, kind, configuration)
    shop = registry.shop(kind)
    table = _table(given, kind, shop)
    provisional = {**table, **_pending(kind, table, shop)}
    text = configuration.with_source(name, provisional)
    settings = configuration.checked(text)
    if not _agreed(given, configuration, text):
        return 1
    made = asyncio.run(_connected(settings, name, table, given))
    if made is None:
        return 1
    configuration.write(configuration.with_source(name, made))
    _say(f"written: [sources.{name}] in {configuration.path}")
    _say_next(settings, name, kind, made)
    return 0


def connect_source(name: str, configuration: Configuration) -> int:
    """Registers the webhooks that a source misses, and keeps the secrets that its shop made.

    Raises SettingsError where it cannot be asked, ShopError where it refuses."""
    settings = configuration.checked(configuration.text)
    if name not in settings.sources:
        known = ", ".join(settings.sources) or "none yet"
        raise SettingsError(f"there is no source {name!r}; known: {known}")
    changes = asyncio.run(_registered(settings, name))
    if changes:
        configuration.write(configuration.with_keys(name, changes))
        _say(f"written: {', '.join(changes)} of [sources.{name}] in {configuration.path}")
        _say("start twofifty again, so that it believes the new webhooks")
    return 0


def _check_kind(kind: str) -> None:
    if kind in registry.LOG_KINDS:
        raise SettingsError(
            f"a {kind} source is a table of columns; write it by hand: docs/howto/{kind}.md"
        )
    if kind == "generic":
        raise SettingsError(
            "a generic source is a table of paths; write it by hand: docs/howto/connect-any-shop.md"
        )


def _asked_kind(given: Given) -> str:
    kinds = sorted(kind for kind in registry.SOURCE_KINDS if kind != "generic")
    if given.yes:
        raise SettingsError(f"say which KIND: {', '.join(kinds)}")
    for number, kind in enumerate(kinds, 1):
        _say(f"{number:3}  {kind}")
    answer: str = typer.prompt("Which kind of shop (number or name)")
    chosen = answer.strip()
    if chosen.isdecimal() and 1 <= int(chosen) <= len(kinds):
        return kinds[int(chosen) - 1]
    return registry.kind_of(chosen)


def _name(given: Given, kind: str, configuration: Configuration) -> str:
    name = given.name or _asked(given, "Its name here, part of the webhook's address", kind)
    if not _NAME.fullmatch(name):
        raise SettingsError("NAME: letters, digits, - and _ only, for it stands in an address")
    if name in configuration.sources() and not given.replace:
        raise SettingsError(f"there is a source {name!r} already; --replace writes it anew")
    return name


def _table(given: Given, kind: str, shop: Shop | None) -> dict[str, str]:
    """What is to be written, without what only the shop can say."""
    table = {"kind": kind}
    if shop is not None:
        table |= _api(given)
    table |= _stated(secret=_secret(given, table, shop))
    zone = _value(given, given.time_zone, "Time zone, such as Europe/Berlin (empty: as stated)")
    locale = _value(given, given.locale, "Language where an order does not say it (empty: en)")
    return {**table, **_stated(time_zone=zone, locale=locale), **_options(given.options)}


def _secret(given: Given, table: Mapping[str, str], shop: Shop | None) -> str:
    """The webhooks' secret as far as a person can say it; '': the shop will, or one is made."""
    if given.secret is not None:
        return given.secret
    whose = connect.signs_with(shop)
    if whose == "app" and "api_secret" in table:
        return table["api_secret"]
    if whose != "app" and "api_key" in table and shop is not None and shop.topics:
        return ""
    hint = "empty: one is made" if whose == "ours" else "as the shop shows it"
    return _asked(given, f"Webhook secret ({hint})", "", hidden=True)


def _api(given: Given) -> dict[str, str]:
    key = _value(given, given.api_key, "API key (empty: no API)", hidden=True)
    if not key:
        return {}
    secret = _value(given, given.api_secret, "API secret (empty: none)", hidden=True)
    url = _value(given, given.api_url, "API address (empty: the platform's)")
    return _stated(api_url=url, api_key=key, api_secret=secret)


def _options(stated: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in stated:
        key, equals, value = each.partition("=")
        if not equals:
            raise SettingsError(f"--option: write KEY=VALUE; {each[:40]!r} has no =")
        found[key.strip()] = value.strip()
    return found


def _pending(kind: str, table: Mapping[str, str], shop: Shop | None) -> dict[str, str]:
    """In place of what the shop will say when webhooks are registered; or made here.

    Raises SettingsError where nobody will say it."""
    scheme = registry.source(kind).signature
    told = _tells(table, shop)
    if shares_secret(scheme):
        if "secret" not in table and not told and connect.signs_with(shop) != "ours":
            raise SettingsError("--secret: paste the one that the shop signs its webhooks with")
        return {} if "secret" in table else {"secret": secrets.token_hex(32)}
    needs = scheme.needs() if isinstance(scheme, Marked) else ()
    missing = {option: _PENDING for option in needs if option not in table}
    if missing and not told:
        raise SettingsError(f"--option {next(iter(missing))}=...: it verifies the webhooks")
    return missing


def _tells(table: Mapping[str, str], shop: Shop | None) -> bool:
    """Whether the shop says what webhooks are signed with when they are registered."""
    asked = "api_key" in table and shop is not None and bool(shop.topics)
    return asked and connect.signs_with(shop) != "app"


def _agreed(given: Given, configuration: Configuration, text: str) -> bool:
    """Shows what goes where something is replaced, secrets hidden, and asks."""
    if not given.replace or not configuration.text:
        return True
    for line in difference(configuration.text, text):
        _say(line)
    return given.yes or typer.confirm("Replace it?", default=True)


async def _connected(
    settings: Settings, name: str, table: Mapping[str, str], given: Given
) -> dict[str, Value] | None:
    """The table as it has to be written; None where the shop does not answer as it should."""
    stated = settings.sources[name]
    made = {**table, **{key: str(value) for key, value in stated.options.items()}}
    made |= {"secret": stated.secret} if stated.secret else {}
    found = askables(settings, SystemClock()).get(name)
    if found is None:
        return {**made}
    link = linked(settings, name, found)
    try:
        await _tested(link)
        told = await _told(link, settings, made, pasted="secret" in table, wanted=given.webhooks)
    except ShopError as fault:
        _say(f"the shop: {fault}; nothing was written", err=True)
        return None
    finally:
        await found.asker.close()
    if told is None:
        return None
    return {**made, **told}


async def _tested(link: Link) -> None:
    """Says what the shop says. Raises ShopError."""
    day = datetime.now(UTC) - timedelta(days=1)
    _say(f"the API answers: {glance_words(await connect.glance(link, day))}")
    if await connect.own_confirmation(link):
        _say(f"mind: {connect.own_mail_words(link)}")


def glance_words(seen: connect.Glance) -> str:
    """What a first look at a shop's list says."""
    more = " at least" if seen.more else ""
    newest = f", the newest is {seen.newest}" if seen.newest else ""
    broken = f"; {len(seen.unusable)} cannot be used: {seen.unusable[0]}" if seen.unusable else ""
    return f"{seen.orders} orders{more} changed in the last 24 h{newest}{broken}"


async def _told(
    link: Link, settings: Settings, made: Mapping[str, str], *, pasted: bool, wanted: bool
) -> dict[str, Value] | None:
    """What the shop says when its webhooks are registered, where it takes them; None: nobody knows
    what those are signed with that are there already. Raises ShopError."""
    said = pasted or not shares_secret(link.source.signature)
    known = said and _PENDING not in made.values()
    if not link.askable.shop.topics:
        return {}
    if not wanted or not settings.public_url:
        return _not_registered(link, known=known, wanted=wanted)
    try:
        found = await connect.webhooks(link)
    except ShopError as fault:
        if not known:
            raise
        _say(f"no webhooks were registered: {fault}")
        return {}
    if len(found.missing) < len(found.needed) and not known:
        _say("the shop has webhooks to this address already, with a secret unknown here", err=True)
        _say("say it with --secret, or delete them there; nothing was written", err=True)
        return None
    live = (made["secret"],) if pasted else ()
    return _keys(link, await _register(link, found, made.get("secret", "")), live)


def _not_registered(link: Link, *, known: bool, wanted: bool) -> dict[str, Value] | None:
    """What to say where webhooks are not to be registered, or cannot be yet."""
    if wanted:
        _say("PUBLIC_URL is not set, so the shop cannot send webhooks to this service yet")
    if not known and connect.signs_with(link.askable.shop) == "new":
        _say(
            "the shop makes their secret when they are registered: set PUBLIC_URL first, or say it"
        )
        _say("with --secret; nothing was written", err=True)
        return None
    if wanted:
        _say(f"set it, then `twofifty source connect {link.name}` registers them")
    return {}


async def _register(link: Link, found: Webhooks, secret: str) -> tuple[str, ...]:
    """Raises ShopError."""
    if not found.wanted():
        _say("every webhook is there already")
        return ()
    made = await connect.register(link, found.wanted(), secret)
    _say(f"webhooks registered to {link.url}: {', '.join(found.wanted())}")
    return made


def _keys(link: Link, made: tuple[str, ...], live: tuple[str, ...]) -> dict[str, Value]:
    """What the shop said, as keys of the table: the option that its scheme needs, or a secret, in
    front of those that are live."""
    if not made or made[0] in live:
        return {}
    scheme = link.source.signature
    if shares_secret(scheme):
        return {"secret": made[0], **({"secrets": live} if live else {})}
    needs = scheme.needs() if isinstance(scheme, Marked) else ()
    return {needs[0]: made[0]} if needs else {}


async def _registered(settings: Settings, name: str) -> dict[str, Value]:
    """The keys that have to change once the missing webhooks of a source are registered."""
    found = askables(settings, SystemClock())
    if name not in found:
        raise SettingsError(f"sources.{name}: set api_key, so that the shop can be asked")
    link = linked(settings, name, found[name])
    if not link.askable.shop.topics:
        raise SettingsError(f"sources.{name}: this kind of shop takes no webhooks by its API")
    if not settings.public_url:
        raise SettingsError("PUBLIC_URL: set it, so that the shop knows where to send them")
    try:
        seen = await connect.webhooks(link)
        live = link.secrets or (secrets.token_hex(32),)
        made = await _register(link, seen, live[0])
    finally:
        for askable in found.values():
            await askable.asker.close()
    return _keys(link, made, link.secrets)


def _say_next(settings: Settings, name: str, kind: str, made: Mapping[str, Value]) -> None:
    link_url = f"{settings.base_url()}/hooks/{name}"
    shop = registry.shop(kind)
    if not (made.get("api_key") and shop is not None and shop.topics and settings.public_url):
        _say(f"let the shop send its webhooks to {link_url}")
        _say("the secret to sign them with stands in that table")
    _say(f"next: start twofifty again; docs/howto/connect-{kind}.md; twofifty source check {name}")


def _value(given: Given, stated: str | None, question: str, *, hidden: bool = False) -> str:
    return stated if stated is not None else _asked(given, question, "", hidden=hidden)


def _asked(given: Given, question: str, default: str, *, hidden: bool = False) -> str:
    if given.yes:
        return default
    answer: str = typer.prompt(
        question, default=default, hide_input=hidden, show_default=bool(default)
    )
    return answer.strip()


def _stated(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _say(words: str, *, err: bool = False) -> None:
    typer.echo(words, err=err)
    (sys.stderr if err else sys.stdout).flush()
