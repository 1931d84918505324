"""Which language and region a mail is written in: BCP 47 negotiation over CLDR locales.

A wish becomes a `Choice`: the catalog of the texts and the CLDR locale of the formats. Both are
always of one language and one script: `zh-HK` reads `zh_Hant`, `es-MX` reads `es` with Mexican
formats, and `sr-Latn` reads Serbian in the script that its catalog is written in.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

import msgspec
from babel import Locale
from babel.core import UnknownLocaleError, get_global

# language[-extlang][-script][-region][-variant...][-u-...]; POSIX and underscores too.
_TAG = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:[-_](?P<extended>[A-Za-z]{3}))?"
    r"(?:[-_](?P<script>[A-Za-z]{4}))?"
    r"(?:[-_](?P<region>[A-Za-z]{2}|[0-9]{3}))?(?:[-_.@].*)?",
    re.DOTALL,
)
# Written alike, asked for under another name. What CLDR calls an alias is not repeated here.
_READ_AS: Final = {"no": "nb", "nn": "nb", "yue": "zh_Hant", "me": "sr", "wuu": "zh"}
# What a bare language stands for where catalogs of several regions are there: shops say `pt` for
# the language of Portugal as soon as they also know `pt-BR`.
_FORMATS: Final = {"pt": "pt_PT"}
_ENGLISH: Final = "en"


class Choice(msgspec.Struct, frozen=True):
    """What a customer reads: `catalog`, the name of the texts (`zh_Hant`), and the formats."""

    catalog: str
    locale: Locale


def negotiate(wanted: str | None, languages: Collection[str], default: str) -> Locale:
    """The CLDR locale for a BCP 47 tag (`de-AT`; `de_AT.UTF-8` is understood).

    A tag that no catalog of `languages` can serve, or that is no tag at all, gives `default`:
    formats and words of one mail are always of one language.
    """
    return choose(wanted, languages, default).locale


def choose(wanted: str | None, catalogs: Collection[str], default: str) -> Choice:
    """The catalog and the formats for a BCP 47 tag, by RFC 4647 lookup over CLDR's likely scripts:
    language with script and region, with region, with script, alone; then `default`, then
    English."""
    found = _chosen(wanted, catalogs) or _chosen(default, catalogs)
    return found or Choice(_ENGLISH, Locale(_ENGLISH))


def tag(locale: Locale) -> str:
    """The BCP 47 tag of a locale, as `lang` attributes and headers want it."""
    return str(locale).replace("_", "-")


class _Wish(msgspec.Struct, frozen=True):
    """The parts of a tag, each empty where it is not said; `script` is the likely one then."""

    language: str
    script: str
    region: str


def _chosen(wanted: str | None, catalogs: Collection[str]) -> Choice | None:
    wish = _understood(wanted) if wanted else None
    if wish is None:
        return None
    catalog = next((name for name in _names(wish) if name in catalogs), None)
    if catalog is None:
        return None
    formats = _formats(wish, catalog)
    return Choice(catalog, formats) if formats is not None else None


def _names(wish: _Wish) -> Iterator[str]:
    """Catalogs from the closest to the widest; a near one in another script before none."""
    language, script, region = wish.language, wish.script, wish.region
    for parts in ((script, region), (region,), (script,), ()):
        if all(parts):
            yield "_".join((language, *parts))
    for other in ("Hans", "Hant", "Latn", "Cyrl"):
        yield f"{language}_{other}"


def _formats(wish: _Wish, catalog: str) -> Locale | None:
    """CLDR's locale in the catalog's script, of the wished region where CLDR knows it there."""
    script = _script(catalog)
    language, region = wish.language, wish.region
    home = _FORMATS.get(catalog, catalog)
    tries = (
        "_".join(filter(None, (language, region))),
        "_".join(filter(None, (language, script, region))),
        home,
        language,
    )
    for name in tries if region else tries[2:]:
        found = _known(name)
        if found is not None and (found.script or script) == script:
            return found
    return _known(language)


def _understood(text: str) -> _Wish | None:
    parts = _TAG.fullmatch(text.strip()[:80])
    if parts is None:
        return None
    named = _renamed((parts["extended"] or parts["language"]).lower())
    if parts["extended"] and _known(named.partition("_")[0]) is None:
        named = _renamed(parts["language"].lower())
    language, _, rest = named.partition("_")
    script = _stated(parts["script"], rest, 4).title()
    region = _stated(parts["region"], rest, 2).upper()
    return _Wish(language, script or _likely(language, region), _region(region))


def _stated(part: str | None, rest: str, length: int) -> str:
    """A part of a tag, or else what the language's name of today says of it, by its length."""
    return part or (rest if len(rest) == length else "")


@lru_cache(maxsize=512)
def _renamed(language: str) -> str:
    """Today's name of a language: `iw` is `he`, `mo` is `ro`, `deu` is `de`, `sh` is `sr_Latn`."""
    named: str = get_global("language_aliases").get(language, language)
    return _READ_AS.get(named, named)


def _region(region: str) -> str:
    """Today's name of a region: `UK` is `GB`."""
    names = get_global("territory_aliases").get(region, [region])
    return str(names[0])


@lru_cache(maxsize=1_024)
def _likely(language: str, region: str) -> str:
    """The script that a language is most likely written in there; empty where CLDR does not say."""
    subtags = get_global("likely_subtags")
    found = subtags.get(f"{language}_{region}") or subtags.get(language) or ""
    return next((part for part in found.split("_")[1:] if len(part) == 4), "")


def _script(catalog: str) -> str:
    """The script that a catalog is written in: that of its name, or else the likely one."""
    language, *parts = catalog.split("_")
    named = next((part for part in parts if len(part) == 4), None)
    return named or _likely(language, parts[0] if parts else "")


@lru_cache(maxsize=1_024)
def _known(name: str) -> Locale | None:
    try:
        return Locale.parse(name, resolve_likely_subtags=False)
    except (UnknownLocaleError, ValueError):
        return None
