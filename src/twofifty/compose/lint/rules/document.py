"""The frame of the HTML: what readers that hear it, and programs, have to be told."""

import re
from collections.abc import Iterator
from typing import Final

from twofifty.compose.lint.finding import Finding, Level
from twofifty.compose.lint.mail import Mail
from twofifty.compose.lint.page import Element

_RIGHT_TO_LEFT: Final = frozenset("ar dv fa he ks ku ps sd ug ur yi".split())
_TAG = re.compile(r"\{\{[^{}]{0,200}\}\}|\{%[^{}]{0,200}%\}|\$\{\w{1,80}\}|%%\w{1,80}%%")
_LETTER = re.compile(r"[^\W_]")
# A preheader is looked for among the first texts.
_FIRST: Final = 3


def document(mail: Mail) -> Iterator[Finding]:
    """Doctype, language, direction, title, preheader."""
    if mail.page.doctype is None:
        message = "there is no doctype; begin with <!doctype html>"
        yield mail.whole("warning", "doctype", message)
    yield from _language(mail)
    if not any(piece.text.strip() for _, piece in mail.page.raw_of("title")):
        yield mail.whole("warning", "title", "there is no title; write <title> in <head>")
    if not _has_preheader(mail):
        message = "there is no preheader; hide a first line that lists of mails show"
        yield mail.whole("warning", "preheader", message)


def _language(mail: Mail) -> Iterator[Finding]:
    roots = mail.page.named("html")
    lang = next((root.get("lang") for root in roots), "").strip()
    if lang in ("", "und"):
        message = "the language is not said; write <html lang='en'>"
        yield mail.whole("warning", "lang", message)
    if not any(root.get("dir") for root in [*roots, *mail.page.named("body")]):
        message = "the direction is not said; write <html dir='ltr'> or 'rtl'"
        yield mail.whole(_missing_direction(lang), "dir", message)


def _missing_direction(lang: str) -> Level:
    """How bad a missing direction is in this language."""
    return "warning" if lang.partition("-")[0].lower() in _RIGHT_TO_LEFT else "hint"


def _has_preheader(mail: Mail) -> bool:
    first = [piece for piece in mail.page.texts if _LETTER.search(piece.text)][:_FIRST]
    return any(piece.parent >= 0 and mail.hidden[piece.parent] for piece in first)


def tables(mail: Mail) -> Iterator[Finding]:
    """A table for the layout says so: a screen reader else counts its rows and columns."""
    heads = {_table_of(mail, head) for head in filter(_is_head, mail.page.elements)}
    for table in mail.page.named("table"):
        if "role" not in table.attributes and table.index not in heads:
            message = "a table without role='presentation' is read out as data; add it"
            yield mail.on("warning", "table-role", message, table)


def _is_head(element: Element) -> bool:
    return element.name in ("th", "caption", "thead") or "scope" in element.attributes


def unrendered(mail: Mail) -> Iterator[Finding]:
    """Template tags that a reader would see."""
    for piece in mail.page.texts:
        for message in _unfilled(piece.text):
            yield mail.at("error", "unfilled", message, piece.start)
    for name, text in (("subject", mail.subject), ("text", mail.text)):
        for message in _unfilled(text):
            yield mail.whole("error", "unfilled", message, name)


def _unfilled(text: str) -> Iterator[str]:
    """About the first tag of a text."""
    found = _TAG.search(text)
    if found:
        yield f"{found[0][:40]} was not filled in"


def _table_of(mail: Mail, element: Element) -> int:
    above = mail.page.above(element.parent)
    return next((one.index for one in above if one.name == "table"), -1)
