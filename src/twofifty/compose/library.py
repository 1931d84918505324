"""A pack as one brand's mails: every part compiled for a language when it is first needed.

    library = Library(pack, brand, "en")
    library.print(letter, library.speak("de"), at)      subject and both parts

A part that a shop's pack does not have is the built-in one's: a pack is laid over that before it
comes here (`Pack.over`).
"""

from datetime import datetime
from typing import Final

import msgspec

from twofifty.compose import clean, mime
from twofifty.compose.brand import Brand
from twofifty.compose.catalog import Voices
from twofifty.compose.context.error import TemplateError, TemplateProblem
from twofifty.compose.letter import Letter
from twofifty.compose.look import look
from twofifty.compose.pack import DEFAULT_LAYOUT, Pack, Part
from twofifty.compose.part import Constants, Ready, Sheet, ready
from twofifty.compose.plain import Receipt
from twofifty.compose.reader import reader
from twofifty.compose.theme import FILE, parse
from twofifty.compose.tongue import Tongue, Tongues
from twofifty.compose.view import brand_view, view
from twofifty.compose.view_lines import MAX_LINES

# Gmail cuts a mail off at 102 KB of HTML.
MAX_HTML: Final = 100_000
_LIMITS: Final = (MAX_LINES, 75, 50, 25, 10, 1)
_LONGEST_SUBJECT: Final = 250


class Set(msgspec.Struct, frozen=True):
    """The compiled parts of a kind in a layout and a language. `subject` None: the catalog's.
    `shrinks`: the HTML grows shorter when fewer lines are shown in full."""

    layout: str
    html: Ready
    text: Ready
    subject: Ready | None
    shrinks: bool


class Printed(msgspec.Struct, frozen=True):
    """A mail's subject and parts; its layout and locale, and the version that made it."""

    subject: str
    text: mime.Body
    html: mime.Body
    layout: str
    locale: str
    version: str

    @property
    def receipt(self) -> Receipt:
        """What it says, to be read."""
        return Receipt(self.subject, self.text.text, self.html.text)


class Library:
    """One pack, one brand, every language. May be used from one thread at a time."""

    def __init__(self, pack: Pack, brand: Brand, default_locale: str = "en") -> None:
        """Reads the pack's theme and catalogs; compiles nothing yet. Raises `TemplateError` for a
        theme that is none."""
        self.version = pack.version
        self.pack = pack
        self.theme = parse(pack.files.get(FILE, ""))
        self.brand = msgspec.structs.replace(brand, theme=self.theme.theme)
        self.default_locale = default_locale
        self._voices = Voices(pack.files)
        self._tongues = Tongues(default_locale, self._voices)
        self._parts = {part.place: part for part in pack.parts()}
        self._sets: dict[tuple[str, str, str, str], Set] = {}

    def speak(self, locale: str | None) -> Tongue:
        """The tongue of a locale, with the pack's own texts."""
        return self._tongues.speak(locale)

    def spoken(self) -> frozenset[str]:
        """The languages that something is compiled for."""
        return frozenset(language.replace("_", "-") for _, _, language, _ in tuple(self._sets))

    def layouts(self, kind: str) -> tuple[str, ...]:
        """The layouts that a kind has, sorted."""
        return tuple(
            sorted({layout for of, layout, slot in self._parts if (of, slot) == (kind, "html")})
        )

    def print(self, letter: Letter, tongue: Tongue, at: datetime | None = None) -> Printed:
        """The mail's subject and parts, with fewer lines in full where it would grow too long.
        Raises `TemplateError`, ValueError for a mail that its order makes too long, and whatever a
        fault of a template, a catalog or ours raises."""
        made = self.set(letter.kind, letter.layout, tongue)
        for limit in _LIMITS if made.shrinks else _LIMITS[:1]:
            sheet = self._sheet(letter, tongue, at, limit)
            html = made.html.body(sheet)
            if html.fits(MAX_HTML) or self._is_long_by_itself(made, letter, tongue, at):
                text = made.text.body(sheet)
                subject = _subject(made, sheet)
                return Printed(subject, text, html, made.layout, tongue.tag, self.version)
        raise ValueError(f"the mail does not fit into {MAX_HTML} bytes of HTML")

    def _sheet(self, letter: Letter, tongue: Tongue, at: datetime | None, limit: int) -> Sheet:
        whose = reader(letter.order, self.brand, tongue)
        return Sheet(letter, whose, view(letter, self.brand, tongue, limit), at)

    def _is_long_by_itself(
        self, made: Set, letter: Letter, tongue: Tongue, at: datetime | None
    ) -> bool:
        """Whether a page that shows every line is too long for an order of one line too. Its author
        was told, and wants it all the same; what only its order makes too long would be cut off."""
        if made.shrinks:
            return False
        one = msgspec.structs.replace(letter.order, lines=letter.order.lines[:1])
        short = msgspec.structs.replace(letter, order=one)
        return not made.html.body(self._sheet(short, tongue, at, 1)).fits(MAX_HTML)

    def set(self, kind: str, layout: str, tongue: Tongue) -> Set:
        """The compiled parts of a kind. A layout that it lacks is the usual one. Raises
        `TemplateError`."""
        found = self.layout(kind, layout)
        key = (kind, found, tongue.texts.language, tongue.fonts)
        known = self._sets.get(key)
        if known is None:
            known = self._sets[key] = self._compiled(kind, found, tongue)
        return known

    def layout(self, kind: str, wanted: str) -> str:
        """The layout that a mail of a kind gets."""
        chosen = wanted or self.brand.theme.layout
        return chosen if (kind, chosen, "html") in self._parts else DEFAULT_LAYOUT

    def _compiled(self, kind: str, layout: str, tongue: Tongue) -> Set:
        constants = self.constants(tongue)
        page, text = (self.part(kind, layout, slot) for slot in ("html", "txt"))
        if page is None or text is None:
            raise TemplateError(f"there is no {'HTML' if page is None else 'text'} part of {kind}")
        subject = self.part(kind, layout, "subject")
        return Set(
            layout,
            ready(page, self.pack.files, constants),
            ready(text, self.pack.files, constants),
            None if subject is None else ready(subject, self.pack.files, constants),
            shrinks=page.engine == "mustache",
        )

    def part(self, kind: str, layout: str, slot: str) -> Part | None:
        """A part; where this layout lacks it, that of the usual layout."""
        own = self._parts.get((kind, layout, slot))
        return own or self._parts.get((kind, DEFAULT_LAYOUT, slot))

    def constants(self, tongue: Tongue) -> Constants:
        """What is the same in every mail of a language."""
        return {
            "t": tongue.texts.plain,
            "brand": brand_view(self.brand),
            "look": look(self.brand, tongue),
        }

    @property
    def misspoken(self) -> tuple[TemplateProblem, ...]:
        """What is wrong with the pack's own catalogs."""
        return self._voices.problems

    def languages(self) -> tuple[str, ...]:
        """Every language that has a catalog, sorted."""
        return tuple(self._voices)


def _subject(made: Set, sheet: Sheet) -> str:
    own = made.subject
    return (
        str(sheet.view["subject"])
        if own is None
        else clean.line(own.render(sheet), _LONGEST_SUBJECT)
    )
