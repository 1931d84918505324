"""All colours, fonts and measures that templates may use, worked out of a brand and a language.

The light scheme's are named as they are (`ink`), the dark one's with `dark_` (`dark_ink`). Every
text is readable on every ground on which the built-in templates put it (WCAG 2.2 AA).
"""

from functools import lru_cache
from typing import Final

from twofifty.compose.brand import Brand
from twofifty.compose.colour import (
    BLACK,
    WHITE,
    is_light,
    legible,
    mixed,
    readable,
    towards,
)
from twofifty.compose.theme import SYSTEM, Colours
from twofifty.compose.tongue import Tongue

Look = dict[str, object]

_INK: Final = "#111827"
# Shares of the text's colour in the card's.
_EDGE, _RULE, _TILE, _MUTE = 0.09, 0.08, 0.05, 0.68
# Pairs of ground and text: what asks for care, what is new, gone, or another.
_ON_LIGHT: Final = {
    "warn": ("#fef3c7", "#78350f"),
    "added": ("#dcfce7", "#14532d"),
    "removed": ("#fee2e2", "#7f1d1d"),
    "changed": ("#dbeafe", "#1e3a8a"),
}
_ON_DARK: Final = {
    "warn": ("#3a2f14", "#fcd98a"),
    "added": ("#12351f", "#a7f3c0"),
    "removed": ("#45191b", "#fecaca"),
    "changed": ("#172b4d", "#bfdbfe"),
}


@lru_cache(maxsize=512)
def look(brand: Brand, tongue: Tongue) -> Look:
    """What `{{look.NAME}}` says in the mails of a brand in a language. The dict is shared: it is
    only read."""
    theme, accent = brand.theme, brand.own_accent()
    light = _scheme(theme.light, accent)
    dark = _scheme(theme.dark, theme.dark.accent or accent)
    return {
        **light,
        **{f"dark_{name}": value for name, value in dark.items()},
        "radius": str(theme.radius),
        "inner_radius": str(max(0, theme.radius - 1)),
        "logo_height": str(theme.logo_height),
        "font_url": theme.font_url,
        **_letters(theme.font, tongue),
    }


def _letters(family: str, tongue: Tongue) -> Look:
    """Fonts, and the room that the script needs."""
    spacing = tongue.spacing
    roomy = float(spacing.line_height) > 1.5
    return {
        "font": tongue.fonts if family == SYSTEM else f"'{family}', {tongue.fonts}",
        "leading": spacing.line_height,
        "headline_leading": "1.4" if roomy else "1.2",
        "tight": "-.02em" if spacing.letters and not roomy else "0",
    }


def _scheme(colours: Colours, accent: str) -> Look:
    text, card, ground = colours.text, colours.card, colours.background
    tile = mixed(card, text, _TILE)
    pairs = _ON_LIGHT if is_light(card) else _ON_DARK
    return {
        "ink": text,
        "mute": towards(mixed(card, text, _MUTE), text, card, ground, tile),
        "ground": ground,
        "card": card,
        "tile": tile,
        "edge": mixed(card, text, _EDGE),
        "rule": mixed(card, text, _RULE),
        "accent": accent,
        "on_accent": next(ink for ink in (WHITE, _INK, BLACK) if readable(ink, accent)),
        "link": legible(accent, card, tile),
        **{name: pair[0] for name, pair in pairs.items()},
        **{f"{name}_ink": pair[1] for name, pair in pairs.items()},
    }
