"""Shortening a name without breaking a sign of it. Pure.

A cut is made only where both of its sides surely are signs of their own (a careful reading of
UAX 29): no combining mark, joiner, half of a flag, piece of a syllable or of a conjunct is cut off.
"""

import unicodedata
from typing import Final

_LEADING: Final = frozenset({"L", "N", "P", "Z"})
# Letters that hang on the one before: Thai and Lao AM, marks of half-width katakana.
_HANGING: Final = frozenset("\u0e33\u0eb3\uff9e\uff9f")
_JAMO: Final = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))


def shorten(text: str, most: int) -> str:
    """At most `most` characters: up to the last word that fits, else to the last whole sign."""
    if len(text) <= most:
        return text
    words = text[: most + 1].rpartition(" ")[0].rstrip(" ,;:-–—&/")
    return words or text[: _cut(text, most)]


def _cut(text: str, most: int) -> int:
    return next((place for place in range(most, 0, -1) if _is_whole(text, place)), 0)


def _is_whole(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    leads = unicodedata.category(after)[0] in _LEADING and after not in _HANGING
    return leads and not _binds(before) and not (_is_jamo(before) or _is_jamo(after))


def _binds(sign: str) -> bool:
    """Whether a sign may hold what follows: joiners, prefixes, viramas and other marks."""
    return unicodedata.category(sign)[0] in "MC" or sign == "\u0d4e"


def _is_jamo(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in _JAMO)
