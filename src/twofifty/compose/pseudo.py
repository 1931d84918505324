"""Two languages that nobody speaks, made from the English texts for looking at layouts.

`en-XA` is English with accents, two fifths longer and in brackets: what is not accented was never
translated, what loses a bracket is cut off. `ar-XB` is English inside right-to-left overrides: a
mirrored page that an English reader can check. Both are CLDR's pseudo-locales.
"""

import re
from typing import Final

from babel import Locale

from twofifty.compose.texts import SOURCE, Texts, former, load

ACCENTED: Final = "en-XA"
MIRRORED: Final = "ar-XB"

_ACCENTS: Final = str.maketrans(
    "AaBCcDdEeGgHhIiJjKkLlNnOoPRrSsTtUuWwYyZz", "ÅåƁÇçÐðÉéĜĝĤĥÎîĴĵĶķĻļÑñÖöÞŔŕŠšŢţÛûŴŵÝýŽž"
)
_PIECE: Final = re.compile(r"(\{\w*\})")
_WORD: Final = re.compile(r"\S+")
_LONGER: Final = 0.4
_FILLER: Final = " one two three four five six seven eight nine ten eleven twelve"
_OVERRIDE, _PLAIN_AGAIN = "\u202e", "\u202c"


def pseudo(tag: str) -> tuple[Locale, Texts] | None:
    """The formats and texts of a pseudo-locale, asked for by exactly its tag; None for others."""
    if tag == ACCENTED:
        return Locale("en", "US"), _said(load(SOURCE), ACCENTED)
    if tag == MIRRORED:
        return Locale("ar", "EG"), _said(load(SOURCE), MIRRORED)
    return None


def accented(text: str) -> str:
    """`Total` as `[Ţöţåļ one]`: its placeholders stay."""
    parts = _PIECE.split(text)
    said = "".join(part if part.startswith("{") else part.translate(_ACCENTS) for part in parts)
    letters = sum(len(part) for part in parts if not part.startswith("{"))
    wanted = max(1, round(letters * _LONGER))
    filler = _FILLER * (wanted // len(_FILLER) + 1)
    return f"[{said}{filler[: filler.find(' ', wanted)]}]"


def mirrored(text: str) -> str:
    """`text` word by word from right to left: its placeholders stay."""
    parts = _PIECE.split(text)
    return "".join(part if part.startswith("{") else _WORD.sub(_overridden, part) for part in parts)


def _overridden(word: re.Match[str]) -> str:
    return f"{_OVERRIDE}{word[0]}{_PLAIN_AGAIN}"


def _said(source: Texts, tag: str) -> Texts:
    change = accented if tag == ACCENTED else mirrored
    plurals = {
        name: tuple(change(form) for form in forms) for name, forms in source.plurals.items()
    }
    plain = {name: change(text) for name, text in source.plain.items()}
    return Texts(tag, plain, plurals, former(SOURCE))
