"""Colours of CSS as numbers, and how well one reads on another (WCAG 2.2, 1.4.3)."""

import re
from functools import lru_cache
from typing import Final

import msgspec

_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(([^()]*)\)", re.IGNORECASE)
_WORD = re.compile(r"(?<![\w#.(-])[a-z]+(?![\w(-])", re.IGNORECASE)
_NUMBER = re.compile(r"([\d.]+)(%?)")
_NAMED: Final = {
    "black": 0x000000, "silver": 0xC0C0C0, "gray": 0x808080, "grey": 0x808080, "white": 0xFFFFFF,
    "maroon": 0x800000, "red": 0xFF0000, "purple": 0x800080, "fuchsia": 0xFF00FF,
    "magenta": 0xFF00FF, "green": 0x008000, "lime": 0x00FF00, "olive": 0x808000,
    "yellow": 0xFFFF00, "navy": 0x000080, "blue": 0x0000FF, "teal": 0x008080, "aqua": 0x00FFFF,
    "cyan": 0x00FFFF, "orange": 0xFFA500, "pink": 0xFFC0CB, "gold": 0xFFD700, "brown": 0xA52A2A,
    "beige": 0xF5F5DC, "ivory": 0xFFFFF0, "whitesmoke": 0xF5F5F5, "gainsboro": 0xDCDCDC,
    "lightgray": 0xD3D3D3, "lightgrey": 0xD3D3D3, "darkgray": 0xA9A9A9, "darkgrey": 0xA9A9A9,
    "dimgray": 0x696969, "dimgrey": 0x696969, "darkblue": 0x00008B, "darkgreen": 0x006400,
    "darkred": 0x8B0000, "crimson": 0xDC143C, "coral": 0xFF7F50, "tomato": 0xFF6347,
    "salmon": 0xFA8072, "khaki": 0xF0E68C, "indigo": 0x4B0082, "violet": 0xEE82EE,
    "skyblue": 0x87CEEB, "steelblue": 0x4682B4, "royalblue": 0x4169E1, "slategray": 0x708090,
    "slategrey": 0x708090, "snow": 0xFFFAFA, "linen": 0xFAF0E6,
}  # fmt: skip


class Colour(msgspec.Struct, frozen=True):
    """Red, green and blue from 0 to 255; `alpha` from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, below: "Colour") -> "Colour":
        """This colour on another one that lets nothing through."""
        mixed = (
            mine * self.alpha + theirs * (1 - self.alpha)
            for mine, theirs in zip(self._parts, below._parts, strict=True)
        )
        return Colour(*mixed)

    @property
    def _parts(self) -> tuple[float, float, float]:
        return self.red, self.green, self.blue

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 to 1 (WCAG 2.2)."""
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (value / 255 for value in self._parts)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def __str__(self) -> str:
        return "#" + "".join(f"{round(part):02x}" for part in self._parts)


@lru_cache(maxsize=1024)
def colour(value: str) -> Colour | None:
    """The first colour in the value of a property; None where there is none that we can read."""
    found = _HEX.search(value)
    if found:
        return _hex(found[1])
    found = _RGB.search(value)
    if found:
        return _rgb(found[1])
    names = (word[0].lower() for word in _WORD.finditer(value))
    number = next((_NAMED[name] for name in names if name in _NAMED), None)
    return None if number is None else _hex(f"{number:06x}")


def contrast(ink: Colour, ground: Colour) -> float:
    """From 1 to 21."""
    dark, light = sorted((ink.luminance, ground.luminance))
    return (light + 0.05) / (dark + 0.05)


def _hex(digits: str) -> Colour:
    long = digits if len(digits) > 4 else "".join(digit * 2 for digit in digits)
    parts = [int(long[at : at + 2], 16) for at in range(0, len(long), 2)]
    alpha = parts[3] / 255 if len(parts) == 4 else 1.0
    return Colour(parts[0], parts[1], parts[2], alpha)


def _rgb(inside: str) -> Colour | None:
    found = [(float(number), sign) for number, sign in _NUMBER.findall(inside) if number != "."]
    if len(found) < 3:
        return None
    red, green, blue = (min(255.0, n * 2.55 if sign else n) for n, sign in found[:3])
    alpha = (found[3][0] / (100 if found[3][1] else 1)) if len(found) > 3 else 1.0
    return Colour(red, green, blue, min(1.0, alpha))
