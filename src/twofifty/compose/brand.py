"""How a shop looks in its mails, made safe and legible once, at construction."""

import re
from typing import Final

import msgspec

from twofifty.compose import clean
from twofifty.compose.colour import is_colour
from twofifty.compose.theme import PLAIN, Theme

DEFAULT_ACCENT: Final = "#0f766e"


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """The shop's own values. URLs that are not `http(s)` are dropped (support: `mailto:`, `tel:`
    too), an accent that is no `#rrggbb` becomes the default. `country`: ISO 3166-1 alpha-2, left
    out of addresses within it. `time_zone`: where an order says none; None: each time's own.
    `theme`: that of its pack, which wins over the settings."""

    shop_name: str
    shop_url: str | None = None
    logo_url: str | None = None
    support_url: str | None = None
    accent: str = DEFAULT_ACCENT
    legal_footer: str = ""
    country: str | None = None
    time_zone: str | None = None
    theme: Theme = PLAIN

    def view(self) -> dict[str, object]:
        """What templates may say of the shop."""
        footer = self.theme.footer
        rows = self.legal_footer.splitlines() if footer is None else footer
        return {
            "name": clean.line(self.shop_name, 100),
            "url": clean.url(self.shop_url),
            "logo": clean.url(self.theme.logo or self.logo_url),
            "support": clean.contact(self.support_url),
            "support_text": support_text(self.support_url),
            "legal": [clean.line(row) for row in rows if row.strip()],
        }

    def own_accent(self) -> str:
        """The accent of the light scheme."""
        stated = self.theme.light.accent or self.accent
        return stated.lower() if is_colour(stated) else DEFAULT_ACCENT


def support_text(url: str | None) -> str:
    """A support URL as people read it: the mail address or number itself, the host and path."""
    safe = clean.contact(url) or ""
    return re.sub(r"^(mailto:|tel:|https?://)|\?.*$|/$", "", safe)
