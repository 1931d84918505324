"""Colours as `#rrggbb`: how well one reads on another, and what lies between two."""

import re
from typing import Final

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
# WCAG 2.2, 1.4.3: contrast for text of normal size (AA)
READABLE: Final = 4.5
_HEX = re.compile("#[0-9a-f]{6}", re.IGNORECASE)
_STEPS: Final = 20


def is_colour(text: str) -> bool:
    """Whether it is a colour in the one form that every mail program reads: `#rrggbb`."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(text: str, *grounds: str) -> bool:
    """Whether text of that colour can be read on all of these grounds."""
    return all(contrast(text, ground) >= READABLE for ground in grounds)


def towards(colour: str, end: str, *grounds: str) -> str:
    """`colour`, moved towards `end` just as far as it must be to be readable on the grounds."""
    mixes = (mixed(colour, end, step / _STEPS) for step in range(_STEPS + 1))
    return next((mix for mix in mixes if readable(mix, *grounds)), end)


def legible(colour: str, *grounds: str) -> str:
    """`colour`, moved just as far as it must be to be readable on the grounds: to black on light
    ones, to white on dark ones."""
    return towards(colour, BLACK if is_light(grounds[0]) else WHITE, *grounds)


def is_light(ground: str) -> bool:
    """Whether black reads better than white on that ground."""
    return contrast(ground, BLACK) > contrast(ground, WHITE)


def mixed(one: str, other: str, share: float) -> str:
    """`one` with a `share`, 0 to 1, of `other`."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
