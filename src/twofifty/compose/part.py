"""One part of a mail, ready to be rendered, in whatever engine and format it is written."""

import html
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Final, Protocol

import msgspec

from twofifty.compose import mime
from twofifty.compose.fold import fold, short_lines
from twofifty.compose.letter import Letter
from twofifty.compose.liquid import Occasion, ShopView, compile_liquid, shopify_view
from twofifty.compose.liquid.shopify_parcel import NO_PARCEL
from twofifty.compose.liquid.template import LiquidTemplate
from twofifty.compose.mjml import compile_mjml, inline_css
from twofifty.compose.mustache import HTML, TEXT, Template, compile_template
from twofifty.compose.mustache.dialect import HEADER, Dialect
from twofifty.compose.pack import Part
from twofifty.compose.reader import Reader
from twofifty.compose.view_boxes import parcel_in
from twofifty.compose.view_refund import newly_refunded, refunded
from twofifty.notice.owed import ALL, parcel_of
from twofifty.order.model import Parcel, Refund

Constants = Mapping[str, Mapping[str, object]]

DIALECTS: Final[Mapping[str, Dialect]] = {
    "html": HTML,
    "mjml": HTML,
    "txt": TEXT,
    "subject": HEADER,
}


class Sheet:
    """What the parts of one mail are rendered from: the view model, and Shopify's names beside it
    where a part asks for them. `at`: when it is written."""

    def __init__(
        self, letter: Letter, reader: Reader, view: Mapping[str, object], at: datetime | None
    ) -> None:
        self.view = view
        self._letter = letter
        self._reader = reader
        self._at = at

    @cached_property
    def shop(self) -> ShopView:
        """Shopify's names, and the view model's own where Shopify has none of that name."""
        order = self._letter.order
        occasion = Occasion(parcel=_parcel(self._letter), refund=_refund(self._letter), at=self._at)
        names = shopify_view(order, self._reader, occasion)
        return ShopView({**self.view, **names}, self._reader)


def _parcel(letter: Letter) -> Parcel | None:
    """The parcel that the mail is about; one without a name where it is gone."""
    found = parcel_in(letter)
    gone = found is None and parcel_of(letter.facts) not in ("", ALL)
    return NO_PARCEL if gone else found


def _refund(letter: Letter) -> Refund | None:
    """What the mail of a refund is news of, several as one; of other mails all that went back."""
    is_news = letter.kind == "refund"
    amount = newly_refunded(letter) if is_news else refunded(letter.order)
    return Refund(id="-", amount=amount) if amount else None


class Ready(Protocol):
    """A compiled part."""

    def render(self, sheet: Sheet) -> str:
        """Its text. Raises `TemplateError`."""
        ...

    def body(self, sheet: Sheet) -> mime.Body:
        """Its text as it goes into a mail. Raises `TemplateError`."""
        ...


class _Mustache(msgspec.Struct, frozen=True):
    """`foreign`: text in a language that goes as base64."""

    template: Template
    foreign: bool

    def render(self, sheet: Sheet) -> str:
        return self.template.render(sheet.view)

    def body(self, sheet: Sheet) -> mime.Body:
        if self.foreign:
            return mime.body(self.template.render(sheet.view))
        encoded = self.template.encoded(sheet.view)
        return mime.page_of(encoded) if self.template.dialect is HTML else mime.body_of(encoded)


class _Liquid(msgspec.Struct, frozen=True):
    template: LiquidTemplate
    plain: bool

    def render(self, sheet: Sheet) -> str:
        text = self.template.render(sheet.shop)
        return html.unescape(text) if self.plain else text

    def body(self, sheet: Sheet) -> mime.Body:
        return mime.body_of_lines(self.render(sheet))


def ready(part: Part, files: Mapping[str, str], constants: Constants) -> Ready:
    """A part compiled with its partials; `constants` are folded into it.

    Raises `TemplateError` with all its problems.
    """
    source, partials = html_of(part, files[part.path]), partials_of(part, files)
    if part.engine == "liquid":
        plain = part.format not in ("html", "mjml")
        return _Liquid(compile_liquid(source, partials, part.path), plain)
    dialect = DIALECTS[part.format]
    folded = {name: fold(text, constants, dialect) for name, text in partials.items()}
    page = fold(source, constants, dialect)
    if dialect is HTML:
        page = short_lines(page)
        folded = {name: short_lines(text) for name, text in folded.items()}
    words = "".join(map(str, constants.get("t", {}).values()))
    foreign = dialect is TEXT and mime.is_foreign(words)
    return _Mustache(compile_template(page, folded, dialect, part.path), foreign)


@lru_cache(maxsize=64)
def html_of(part: Part, source: str) -> str:
    """What a part is compiled from: MJML as HTML, style sheets that ask for it in the elements,
    with the same template tags. Raises `TemplateError`."""
    if part.format == "mjml":
        source = compile_mjml(source, part.engine, part.path)
    if part.format in ("html", "mjml") and "data-inline" in source:
        return inline_css(source, part.engine, part.path)
    return source


def partials_of(part: Part, files: Mapping[str, str]) -> dict[str, str]:
    """What a part may call by its name: the partials of its engine, for HTML or for text."""
    slot = "txt" if part.format in ("txt", "subject") else "html"
    end = f".{slot}.{part.engine}"
    return {
        path.removeprefix("partials/").removesuffix(end): text
        for path, text in files.items()
        if path.startswith("partials/") and path.endswith(end)
    }
