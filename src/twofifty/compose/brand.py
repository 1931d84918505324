"""How a shop looks in its mails, made safe and legible once, at construction."""

import re
from typing import Final

import msgspec

from twofifty.compose import clean

DEFAULT_ACCENT: Final = "#0f766e"
INK: Final = "#111827"
WHITE: Final = "#ffffff"
DARK_CARD: Final = "#1c1c1f"
_HEX = re.compile("#[0-9a-f]{6}", re.IGNORECASE)
# WCAG 2.2, 1.4.3: contrast for text of normal size (AA)
_READABLE: Final = 4.5


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """The shop's own values. URLs that are not `http(s)` are dropped (support: `mailto:`, `tel:`
    too), an accent that is no `#rrggbb` becomes the default. `country`: ISO 3166-1 alpha-2, left
    out of addresses within it. `time_zone`: where an order says none; None: each time's own."""

    shop_name: str
    shop_url: str | None = None
    logo_url: str | None = None
    support_url: str | None = None
    accent: str = DEFAULT_ACCENT
    legal_footer: str = ""
    country: str | None = None
    time_zone: str | None = None

    def view(self) -> dict[str, object]:
        """What templates may say of the shop; colours come with their readable companions."""
        accent = self.accent.lower() if _HEX.fullmatch(self.accent) else DEFAULT_ACCENT
        return {
            "name": clean.line(self.shop_name, 100),
            "url": clean.url(self.shop_url),
            "logo": clean.url(self.logo_url),
            "support": clean.contact(self.support_url),
            "support_text": support_text(self.support_url),
            "legal": [clean.line(row) for row in self.legal_footer.splitlines() if row.strip()],
            "accent": accent,
            "on_accent": WHITE if contrast(accent, WHITE) >= _READABLE else INK,
            "link": towards(accent, "#000000", WHITE),
            "link_dark": towards(accent, WHITE, DARK_CARD),
        }


def support_text(url: str | None) -> str:
    """A support URL as people read it: the mail address or number itself, the host and path."""
    safe = clean.contact(url) or ""
    return re.sub(r"^(mailto:|tel:|https?://)|\?.*$|/$", "", safe)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def towards(colour: str, end: str, ground: str) -> str:
    """`colour`, moved towards `end` just as far as it must be to be readable on `ground`."""
    mixes = (_mix(colour, end, step / 20) for step in range(21))
    return next((mixed for mixed in mixes if contrast(mixed, ground) >= _READABLE), end)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
