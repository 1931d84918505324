"""A tongue: everything that one mail needs to speak to one customer, prepared once per locale."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from babel import Locale

from twofifty.compose import dates, fonts
from twofifty.compose.digits import system, table, wished
from twofifty.compose.lists import listed
from twofifty.compose.locale import choose, tag
from twofifty.compose.money import Money, Percent, Quantity
from twofifty.compose.pseudo import pseudo
from twofifty.compose.texts import Catalogs, Texts

# Locale tags come from outside: what is remembered of them is bounded.
_REMEMBERED: Final = 1_000


class Tongue:
    """Words, money, numbers, dates and country names of one locale. Shared, never changed after
    its construction except that it learns currencies. `digits`: the numbering system that the
    customer asked for, None for the locale's own."""

    __slots__ = (
        "_digits",
        "_moneys",
        "_native",
        "direction",
        "fonts",
        "locale",
        "percent",
        "quantity",
        "spacing",
        "tag",
        "texts",
    )

    def __init__(self, locale: Locale, texts: Texts, digits: str | None = None) -> None:
        self.locale = locale
        self.texts = texts
        self.tag = tag(locale)
        self.direction = locale.text_direction
        self.fonts = fonts.stack(locale)
        self.spacing = fonts.spacing(locale)
        self.quantity = Quantity(locale, digits)
        self.percent = Percent(locale, digits)
        self._digits = digits
        self._native = table(system(locale, digits))
        self._moneys: dict[str, Money] = {}

    def money(self, currency: str) -> Money:
        """The formatter of a currency (ISO 4217; an unknown code is shown as it is)."""
        known = self._moneys.get(currency)
        if known is None:
            if len(self._moneys) >= _REMEMBERED:
                self._moneys.clear()
            known = self._moneys[currency] = Money(self.locale, currency, self._digits)
        return known

    def country(self, code: str) -> str | None:
        """The country's name in this language; None for a code that is none."""
        return self.locale.territories.get(code)

    def long_day(self, day: date) -> str:
        """`November 21, 2026`."""
        return self._own(dates.long_day(day, self.locale))

    def window(self, start: date, end: date, year: int | None = None) -> str:
        """A delivery window (see `dates.window`); of one day where both ends are the same."""
        return self._own(dates.window(start, end, self.locale, year))

    def list(self, items: Sequence[str]) -> str:
        """`A, B and C`."""
        return listed(items, self.locale)

    def count(self, name: str, number: Decimal) -> str:
        """A counted text, with the number in this locale's digits."""
        return self.texts.count(name, number, self.quantity(number))

    def _own(self, text: str) -> str:
        """A date in the digits that the customer asked for."""
        return text if self._digits is None else text.translate(dates.LATIN_DIGITS)


class Tongues:
    """Tongues by the tag that an order asks for. Catalogs are read when they are first spoken."""

    def __init__(self, default: str, texts: Mapping[str, Texts] | None = None) -> None:
        """`texts`: catalogs by their names, other than the built-in ones alone."""
        self._default = default
        self.texts = Catalogs() if texts is None else texts
        self._by_locale: dict[tuple[str, str | None], Tongue] = {}
        self._by_wish: dict[str | None, Tongue] = {}
        self.default = self.speak(None)

    def speak(self, wanted: str | None) -> Tongue:
        """The tongue for a BCP 47 tag, the default for none or an unknown one."""
        known = self._by_wish.get(wanted)
        if known is None:
            if len(self._by_wish) >= _REMEMBERED:
                self._by_wish.clear()
            known = self._by_wish[wanted] = self._negotiated(wanted)
        return known

    def _negotiated(self, wanted: str | None) -> Tongue:
        choice, digits = choose(wanted, self.texts, self._default), wished(wanted)
        made = pseudo(wanted) if wanted else None
        key = (wanted if made and wanted else tag(choice.locale), digits)
        if key not in self._by_locale:
            locale, texts = made or (choice.locale, self.texts[choice.catalog])
            self._by_locale[key] = Tongue(locale, texts, digits)
        return self._by_locale[key]
