"""Fonts by script: stacks of what is installed on common systems, and the room that a script needs.

A mail cannot count on web fonts (Gmail and Outlook load none), so each stack names what Apple,
Windows, Android and Linux bring, and ends in a generic family. Latin, Greek and Cyrillic share one
stack. Urdu is set in Naskh (the Arabic stack), not in Nastaliq: only Apple and few Windows systems
have a Nastaliq font, its slanted lines need twice the height and break tables and buttons, and Urdu
shops and news sites on the web read well in Naskh; who has a Nastaliq font can choose it as the
brand's own.
"""

from functools import lru_cache
from typing import Final

import msgspec
from babel import Locale
from babel.core import get_global

_SYSTEM: Final = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto"
_PLAIN: Final = f"{_SYSTEM}, Helvetica, Arial, sans-serif"
_STACKS: Final = {
    "Arab": "'Segoe UI', 'Geeza Pro', 'Noto Naskh Arabic', 'Noto Sans Arabic', Tahoma, Arial,"
    " sans-serif",
    "Hebr": f"{_SYSTEM}, 'Arial Hebrew', 'Noto Sans Hebrew', Arial, sans-serif",
    "Deva": "'Kohinoor Devanagari', 'Nirmala UI', 'Noto Sans Devanagari', Mangal, sans-serif",
    "Beng": "'Kohinoor Bangla', 'Bangla Sangam MN', 'Nirmala UI', 'Noto Sans Bengali', Vrinda,"
    " sans-serif",
    "Taml": "'Tamil Sangam MN', 'Nirmala UI', 'Noto Sans Tamil', Latha, sans-serif",
    "Thai": "Thonburi, 'Leelawadee UI', 'Noto Sans Thai', Tahoma, sans-serif",
    "Jpan": "'Hiragino Sans', 'Hiragino Kaku Gothic ProN', 'Yu Gothic', Meiryo, 'Noto Sans CJK JP',"
    " 'Noto Sans JP', sans-serif",
    "Kore": "'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans CJK KR', 'Noto Sans KR',"
    " sans-serif",
    "Hans": "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
    "Hant": "'PingFang TC', 'Microsoft JhengHei', 'Noto Sans CJK TC', 'Noto Sans TC', sans-serif",
    "Armn": f"{_SYSTEM}, Mshtakan, 'Noto Sans Armenian', Sylfaen, sans-serif",
    "Geor": f"{_SYSTEM}, 'Noto Sans Georgian', Sylfaen, sans-serif",
}
_HONG_KONG: Final = "'PingFang HK', 'Microsoft JhengHei', 'Noto Sans CJK HK', 'Noto Sans HK'"


class Spacing(msgspec.Struct, frozen=True):
    """Values for CSS. `line_height`: without a unit. `letters`: whether letters may be set apart
    (in joined scripts that tears words). `capitals`: whether the script has any, so that capital
    headings look as meant; `italics`: whether slanting is a way to stress."""

    line_height: str = "1.5"
    letters: bool = True
    capitals: bool = True
    italics: bool = True


_WIDE: Final = Spacing("1.7", letters=False, capitals=False, italics=False)
_EAST: Final = Spacing("1.7", letters=True, capitals=False, italics=False)
_ROOMS: Final = {
    "Arab": Spacing("1.8", letters=False, capitals=False, italics=False),
    "Hebr": Spacing("1.6", letters=True, capitals=False, italics=False),
    "Deva": _WIDE,
    "Beng": _WIDE,
    "Taml": _WIDE,
    "Thai": Spacing("1.75", letters=False, capitals=False, italics=False),
    "Jpan": _EAST,
    "Kore": Spacing("1.65", letters=True, capitals=False, italics=False),
    "Hans": _EAST,
    "Hant": _EAST,
    "Geor": Spacing("1.55", letters=True, capitals=False),
}
_LATIN: Final = Spacing()


@lru_cache(maxsize=256)
def script(locale: Locale) -> str:
    """The ISO 15924 code of the script that a locale is written in."""
    if locale.script:
        return locale.script
    subtags = get_global("likely_subtags")
    regional = f"{locale.language}_{locale.territory}"
    found = subtags.get(regional) or subtags.get(locale.language) or ""
    return next((part for part in found.split("_")[1:] if len(part) == 4), "Latn")


def stack(locale: Locale) -> str:
    """The value of `font-family` for a locale; it holds single quotes and no double ones."""
    written = script(locale)
    if written == "Hant" and locale.territory in ("HK", "MO"):
        return f"{_HONG_KONG}, {_STACKS['Hant']}"
    return _STACKS.get(written, _PLAIN)


def spacing(locale: Locale) -> Spacing:
    """The room that a locale's script needs."""
    return _ROOMS.get(script(locale), _LATIN)
