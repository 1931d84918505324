"""Every configured source: its adapter, its secrets, its API."""

import difflib
from collections.abc import Callable, Mapping

from twofifty.adapters import registry
from twofifty.adapters.http.line import HttpLine
from twofifty.app.logs import followed, is_log
from twofifty.clock import Clock
from twofifty.errors import SettingsError
from twofifty.flow.ask import Asker, Line
from twofifty.flow.board import Board, SourceState
from twofifty.flow.fetch import Askable
from twofifty.flow.receive import Door
from twofifty.intake.ports import Scheme, Source, Stated, Trust
from twofifty.intake.rows import RowSource
from twofifty.intake.shop import Access
from twofifty.intake.signature import Any as AnyScheme
from twofifty.intake.signature import Marked
from twofifty.intake.signature.diagnosis import shares_secret
from twofifty.settings import Settings, SourceSettings

_TABLES = ("map",)


def doors(settings: Settings) -> dict[str, Door]:
    """Every source by name; nobody can knock at one that is read from a database, but what came of
    it can be read again. Raises SettingsError: an unknown kind or option, no secret."""
    return {
        name: _log_door(name, stated) if is_log(stated) else _door(name, stated)
        for name, stated in settings.sources.items()
    }


def _log_door(name: str, stated: SourceSettings) -> Door:
    return Door(RowSource(followed(name, stated).mapping), Trust(), stated_of(name, stated))


def askables(
    settings: Settings, clock: Clock, line: Callable[[], Line] = HttpLine
) -> dict[str, Askable]:
    """Every source whose shop's API can be asked."""
    found: dict[str, Askable] = {}
    for name, stated in settings.sources.items():
        if askable := _askable(stated, clock, line):
            found[name] = askable
    return found


def board(settings: Settings, clock: Clock) -> Board:
    """The board that every source is on."""
    states = tuple(
        SourceState(
            name=name,
            kind=registry.kind_of(stated.kind),
            hook_url=None if is_log(stated) else settings.hook_url(name),
            askable=bool(stated.api_key) and not is_log(stated),
        )
        for name, stated in settings.sources.items()
    )
    return Board(states, clock)


def stated_of(name: str, settings: SourceSettings) -> Stated:
    """What the settings say of a source where its payloads do not."""
    return Stated(name, settings.locale, settings.time_zone, _texts(settings.options))


def source_of(name: str, stated: SourceSettings) -> Source:
    """The adapter of a source, configured. Raises SettingsError."""
    source = registry.source(stated.kind)
    _check_options(name, stated, source)
    try:
        return source.configured(stated.options)
    except SettingsError as fault:
        raise SettingsError(f"sources.{name}: {fault}") from None


def _door(name: str, stated: SourceSettings) -> Door:
    source = source_of(name, stated)
    trust = Trust(stated.live_secrets(), {**_texts(stated.options), "api_url": stated.api_url})
    _check_trust(name, source.signature, trust)
    return Door(
        source,
        trust,
        stated_of(name, stated),
        askable=bool(stated.api_key) and registry.has_shop(stated.kind),
    )


def _check_trust(name: str, scheme: Scheme, trust: Trust) -> None:
    """Raises SettingsError where nothing could ever verify: of several schemes one is enough."""
    several = scheme.schemes if isinstance(scheme, AnyScheme) else (scheme,)
    missing = [_missing(one, trust) for one in several]
    if all(missing):
        raise SettingsError(f'sources.{name}: needs {missing[0]} = "..." to verify webhooks with')


def _missing(scheme: Scheme, trust: Trust) -> str:
    """The key without which a scheme verifies nothing; '' where it has all."""
    if shares_secret(scheme) and not trust.secrets:
        return "secret"
    needed = scheme.needs() if isinstance(scheme, Marked) else ()
    return next((option for option in needed if not trust.options.get(option)), "")


def _askable(stated: SourceSettings, clock: Clock, line: Callable[[], Line]) -> Askable | None:
    if not stated.api_key or is_log(stated):
        return None
    shop = registry.shop(stated.kind)
    if shop is None:
        return None
    access = Access(stated.api_url, stated.api_key, stated.api_secret, _texts(stated.options))
    return Askable(shop, Asker(line(), access, clock))


def _check_options(name: str, stated: SourceSettings, source: Source) -> None:
    """Raises SettingsError naming the nearest key that this kind of source has."""
    shared = [one for one in SourceSettings.__struct_encode_fields__ if one != "options"]
    for option, value in stated.options.items():
        if option not in source.options:
            near = difflib.get_close_matches(option, [*source.options, *shared], n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"sources.{name}: a {stated.kind} source has no {option}{hint}")
        if isinstance(value, dict | list) and option not in _TABLES:
            raise SettingsError(f"sources.{name}.{option}: write one value, in quotes")


def _texts(options: Mapping[str, object]) -> dict[str, str]:
    """Options as adapters read them: `true` and `1` are words too."""
    return {name: _text(value) for name, value in options.items() if not isinstance(value, dict)}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
