"""What a mail says of its order, read back out of the mail by nothing but its words."""

import functools
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from importlib.resources import files

import msgspec
from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import get_currency_symbol

from tests.unit.compose.proofs.seen import words
from tests.unit.compose.reading_money import read_money
from twofifty.compose import clean
from twofifty.compose.composed import Composed
from twofifty.compose.letter import Letter
from twofifty.compose.texts import load

MOST_BYTES = 102_400
RTL = frozenset({"ar", "fa", "he", "ur"})
PRICED = frozenset({"confirmation", "update", "cancellation", "refund", "agent"})
"""Kinds whose mails say what the whole order costs."""
_GAP = "[\\s\u2066-\u2069\u200e\u200f\u061c]*"


def misses(letter: Letter, mail: Composed) -> list[str]:
    """What of its order a mail does not say, or says wrongly."""
    return [*_tongue(letter, mail), *_total(letter, mail), *_titles(letter, mail), *_frame(mail)]


def catalog_of(tag: str) -> str:
    """The catalog that a mail in a locale is written with."""
    locale = Locale.parse(tag, sep="-")
    if locale.language == "zh":
        traditional = locale.script == "Hant" or locale.territory in ("HK", "TW", "MO")
        return "zh_Hant" if traditional else "zh_Hans"
    return "pt_BR" if (locale.language, locale.territory) == ("pt", "BR") else locale.language


def _tongue(letter: Letter, mail: Composed) -> Iterator[str]:
    wanted = (letter.order.locale or "en").partition("-")[0]
    language = mail.locale.partition("-")[0]
    if language != wanted:
        yield f"in {mail.locale} instead of {letter.order.locale}"
    opened = re.search(r'<html\s+lang="([^"]*)"\s+dir="([^"]*)"', mail.html)
    said = (mail.locale, "rtl" if language in RTL else "ltr")
    if opened is None or opened.groups() != said:
        yield f"opened as {opened and opened.groups()}"


def _total(letter: Letter, mail: Composed) -> Iterator[str]:
    """The amount after the word for the total, in both parts, as people of the locale read it."""
    if letter.kind not in PRICED:
        return
    label = load(catalog_of(mail.locale)).plain["total"]
    order, locale = letter.order, Locale.parse(mail.locale, sep="-")
    rows = rf"{re.escape(label)}</td>\s*<td[^>]*>\s*<bdi>(.*?)</bdi>"
    marked = re.findall(rows, _flat(mail.html), re.DOTALL)
    marked += re.findall(
        rf"<bdi>{re.escape(label)}</bdi></td>\s*<td[^>]*><bdi>(.*?)</bdi>", mail.html
    )
    written = re.findall(
        rf"^{_GAP}{re.escape(label)}[\u2066-\u2069]? {{2,}}(\S.*)$", mail.text, re.MULTILINE
    )
    for name, found in (("HTML", marked), ("text", written)):
        figures = [unescape(each) for each in found]
        if not figures:
            yield f"no total in {name}"
            continue
        wrong = [each for each in figures if _money(each, locale) != order.totals.total]
        if wrong:
            yield f"{wrong} instead of {order.totals.total} in {name}"
        yield from (
            f"{each} without {order.currency}"
            for each in figures
            if not _named(each, order.currency, locale)
        )


def _flat(html: str) -> str:
    return html.replace("\n", " ")


def _money(text: str, locale: Locale) -> Decimal | None:
    try:
        return read_money(text, locale)
    except ValueError:
        return None


def _named(text: str, currency: str, locale: Locale) -> bool:
    """Whether an amount says its currency, by its code or a sign of it."""
    signs = {get_currency_symbol(currency, locale), get_currency_symbol(currency, "en"), currency}
    bare = re.sub(r"[\u200e\u200f\u061c\s]", "", text)
    return any(re.sub(r"[\u200e\u200f\u061c\s]", "", sign) in bare for sign in signs)


def _titles(letter: Letter, mail: Composed) -> Iterator[str]:
    if letter.kind not in PRICED - {"refund"}:
        return
    shown = words(unescape(re.sub(r"<[^>]*>", " ", mail.html)))
    text = words(mail.text).replace(" ", "")
    for line in letter.order.lines:
        title = words(clean.line(line.title)) or words(clean.line(line.sku or "", 80))
        if title not in shown:
            yield f"{title!r} is not in HTML"
        if title.replace(" ", "") not in text:
            yield f"{title!r} is not in text"


def _frame(mail: Composed) -> Iterator[str]:
    if mail.degraded:
        yield mail.degraded
    if len(mail.html.encode()) > MOST_BYTES:
        yield f"{len(mail.html.encode())} bytes"
    for text in (mail.html, mail.text, mail.subject):
        found = re.search(r"\{\w*\}|\{\{|\bNone\b|\bnan\b|Decimal|\[object", text)
        if found and "style" not in found[0]:
            yield f"{found[0]} in the mail"


@functools.cache
def english() -> tuple[str, ...]:
    """What only an English mail says: sentences, and pieces of them between placeholders."""
    stored = (
        files("twofifty.compose.texts").joinpath("en.po").read_bytes().splitlines(keepends=True)
    )
    told: set[str] = set()
    for message in read_po(stored, locale="en"):
        forms = (message.string,) if isinstance(message.string, str) else message.string or ()
        if message.id:
            told.update(piece.strip() for form in forms for piece in re.split(r"\{\w*\}", form))
    return tuple(sorted(piece for piece in told if len(piece) >= 8 and " " in piece))


def left_in_english(letter: Letter, mail: Composed) -> list[str]:
    """English pieces in a mail of another language, but for those that its order itself holds."""
    if mail.locale.startswith("en"):
        return []
    shown = words(unescape(re.sub(r"<[^>]*>", " ", mail.html)) + mail.text + mail.subject)
    found = [piece for piece in english() if piece in shown]
    own = str(msgspec.to_builtins(letter)) + " ".join(_own_words(mail.locale)) if found else ""
    return [piece for piece in found if piece not in own]


@functools.cache
def _own_words(tag: str) -> tuple[str, ...]:
    texts = load(catalog_of(tag))
    return (*texts.plain.values(), *(form for forms in texts.plurals.values() for form in forms))
