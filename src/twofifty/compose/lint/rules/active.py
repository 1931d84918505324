"""What a mail may not do: run, load, ask, or leave its place."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from twofifty.compose.lint.finding import Finding, Level
from twofifty.compose.lint.mail import Mail, style_of
from twofifty.compose.lint.page import Element
from twofifty.compose.mjml.sheet import Declaration, Rule

_EMBEDS: Final[dict[str, tuple[Level, str, str]]] = {
    "iframe": ("error", "frame", "is removed by every mail program; link to the page"),
    "frame": ("error", "frame", "is removed by every mail program; link to the page"),
    "object": ("error", "embed", "is removed by most mail programs; use an image and a link"),
    "embed": ("error", "embed", "is removed by most mail programs; use an image and a link"),
    "applet": ("error", "embed", "is removed by most mail programs; use an image and a link"),
    "form": ("error", "form", "is blocked or warned of by Gmail and Outlook; link to a page"),
    "input": ("warning", "form", "is removed by Gmail and Outlook; link to a page"),
    "select": ("warning", "form", "is removed by Gmail and Outlook; link to a page"),
    "textarea": ("warning", "form", "is removed by Gmail and Outlook; link to a page"),
    "video": ("warning", "media", "does not play in Gmail and Outlook; put an image beside it"),
    "audio": ("warning", "media", "does not play in Gmail and Outlook; link to it"),
    "base": ("error", "base", "is not heeded; write every address in full"),
}
_DATA: Final = ("application/ld+json", "application/json")
_PLACES: Final = ("absolute", "fixed", "sticky")
_UNPLACED: Final = "Gmail and Outlook do not heed position; use tables and padding"
_FONT_HOSTS = re.compile(r"fonts\.|typekit|use\.fontawesome|\.woff", re.IGNORECASE)


def active(mail: Mail) -> Iterator[Finding]:
    """Scripts, frames, forms, handlers, refreshes."""
    for element in mail.page.elements:
        for level, code, message in _embedded(element):
            yield mail.on(level, code, message, element)
        for message in _running(element):
            yield mail.on("error", "script", message, element)
        if _is_refresh(element):
            message = "a mail that leads away by itself is taken for theft; use a link"
            yield mail.on("error", "refresh", message, element)


def _embedded(element: Element) -> Iterator[tuple[Level, str, str]]:
    if element.name in _EMBEDS and element.get("type") != "hidden":
        level, code, why = _EMBEDS[element.name]
        yield level, code, f"<{element.name}> {why}"


def _running(element: Element) -> Iterator[str]:
    if element.name == "script" and element.get("type").lower() not in _DATA:
        yield "a script is removed, or the mail refused; take it out"
    for name in filter(_is_handler, element.attributes):
        yield f"{name} would run a script, and is removed; take it out"


def _is_handler(attribute: str) -> bool:
    return attribute.startswith("on")


def _is_refresh(element: Element) -> bool:
    return element.name == "meta" and element.get("http-equiv").lower() == "refresh"


def loaded(mail: Mail) -> Iterator[Finding]:
    """Style sheets and fonts from elsewhere."""
    for link in filter(_is_sheet, mail.page.named("link")):
        yield _sheet(mail, link.start, link.get("href"), link)
    for rule in mail.rules:
        if rule.at == "@import":
            yield _sheet(mail, rule.start, rule.prelude, None)
        elif _loads_font(rule):
            yield mail.at("hint", "font", _FONT, rule.start)


def _is_sheet(link: Element) -> bool:
    return "stylesheet" in link.get("rel").lower()


def _loads_font(rule: Rule) -> bool:
    return rule.at == "@font-face" and "url(" in rule.body


_FONT: Final = "a font from elsewhere comes in few mail programs; name one that all have after it"


def _sheet(mail: Mail, start: int, url: str, element: Element | None) -> Finding:
    if _FONT_HOSTS.search(url):
        return mail.at("hint", "font", _FONT, start, element)
    message = "a style sheet from elsewhere is not loaded; write the styles into the mail"
    return mail.at("error", "external-style", message, start, element)


def places(mail: Mail) -> Iterator[Finding]:
    """`position` is taken out by Gmail and not known to Outlook."""
    for element in mail.page.elements:
        one = style_of(element).get("position")
        if one and _is_place(one):
            yield mail.on("warning", "position", f"{_UNPLACED}: {one.value}", element)
    plain = (rule.declarations for rule in mail.rules if not rule.within)
    for one in filter(_is_place, chain.from_iterable(plain)):
        yield mail.at("warning", "position", f"{_UNPLACED}: {one.value}", one.start)


def _is_place(one: Declaration) -> bool:
    return one.name == "position" and one.value.lower() in _PLACES
