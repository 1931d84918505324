"""A tongue: everything that one mail needs to speak to one customer, prepared once per locale."""

from datetime import date
from decimal import Decimal
from typing import Final

from babel import Locale

from twofifty.compose import dates
from twofifty.compose.locale import negotiate, tag
from twofifty.compose.money import Money, Percent, Quantity
from twofifty.compose.texts import Texts, languages, load

# Locale tags come from outside: what is remembered of them is bounded.
_REMEMBERED: Final = 1_000


class Tongue:
    """Words, money, numbers, dates and country names of one locale. Shared, never changed after
    its construction except that it learns currencies."""

    __slots__ = ("_moneys", "direction", "locale", "percent", "quantity", "tag", "texts")

    def __init__(self, locale: Locale, texts: Texts) -> None:
        self.locale = locale
        self.texts = texts
        self.tag = tag(locale)
        self.direction = locale.text_direction
        self.quantity = Quantity(locale)
        self.percent = Percent(locale)
        self._moneys: dict[str, Money] = {}

    def money(self, currency: str) -> Money:
        """The formatter of a currency (ISO 4217; an unknown code is shown as it is)."""
        known = self._moneys.get(currency)
        if known is None:
            if len(self._moneys) >= _REMEMBERED:
                self._moneys.clear()
            known = self._moneys[currency] = Money(self.locale, currency)
        return known

    def country(self, code: str) -> str | None:
        """The country's name in this language; None for a code that is none."""
        return self.locale.territories.get(code)

    def long_day(self, day: date) -> str:
        """`November 21, 2026`."""
        return dates.long_day(day, self.locale)

    def count(self, name: str, number: Decimal) -> str:
        """A counted text, with the number in this locale's digits."""
        return self.texts.count(name, int(number), self.quantity(number))


class Tongues:
    """Tongues by the tag that an order asks for."""

    def __init__(self, default: str) -> None:
        self._default = default
        self.texts = {language: load(language) for language in languages()}
        self._by_locale: dict[str, Tongue] = {}
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
        locale = negotiate(wanted, self.texts, self._default)
        name = tag(locale)
        if name not in self._by_locale:
            texts = self.texts.get(locale.language) or self.texts["en"]
            self._by_locale[name] = Tongue(locale, texts)
        return self._by_locale[name]
