"""Which language and region a mail is written in: BCP 47 negotiation over CLDR locales."""

import re
from collections.abc import Collection

from babel import Locale
from babel.core import UnknownLocaleError

_TAG = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:[-_](?P<script>[A-Za-z]{4}))?"
    r"(?:[-_](?P<region>[A-Za-z]{2}|[0-9]{3}))?(?:[-_.@].*)?",
    re.DOTALL,
)


def negotiate(wanted: str | None, languages: Collection[str], default: str) -> Locale:
    """The CLDR locale for a BCP 47 tag (`de-AT`; `de_AT.UTF-8` is understood).

    A tag whose language is not among `languages` (those we have texts for), or that is no tag at
    all, gives `default`: formats and words of one mail are always of one language.
    """
    found = _understood(wanted) if wanted else None
    if found is not None and found.language in languages:
        return found
    return _understood(default) or Locale("en")


def tag(locale: Locale) -> str:
    """The BCP 47 tag of a locale, as `lang` attributes and headers want it."""
    return str(locale).replace("_", "-")


def _understood(text: str) -> Locale | None:
    parts = _TAG.fullmatch(text.strip()[:40])
    if parts is None:
        return None
    language = parts["language"].lower()
    script = (parts["script"] or "").title()
    region = (parts["region"] or "").upper()
    tries = ((language, script, region), (language, "", region), (language, script), (language,))
    return next((found for each in tries if (found := _known(each))), None)


def _known(parts: tuple[str, ...]) -> Locale | None:
    try:
        return Locale.parse("_".join(filter(None, parts)), resolve_likely_subtags=False)
    except (UnknownLocaleError, ValueError):
        return None
