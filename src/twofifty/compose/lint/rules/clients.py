"""HTML and CSS that some mail programs do not know: https://www.caniemail.com/"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from twofifty.compose.lint.facts import LARGE, Feature, features
from twofifty.compose.lint.finding import Finding, Level
from twofifty.compose.lint.mail import Mail
from twofifty.compose.lint.page import Element
from twofifty.compose.mjml.sheet import Declaration, Rule, declarations

_FUNCTION = re.compile(r"([a-z-]+)\(", re.IGNORECASE)
_UNIT = re.compile(r"(?<![\w#.-])[\d.]+(ch|rem|vh|vw|vmax|vmin)\b", re.IGNORECASE)
_MEDIA = re.compile(r"\(\s*(?:any-)?([a-z-]+)", re.IGNORECASE)
_PSEUDO = re.compile(r"(::?[a-z-]+)", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_FORMAT = re.compile(r"(\.[a-z0-9]{3,4})(?:[?#]|$)", re.IGNORECASE)
_SEVERAL: Final = 5


class _Mark(msgspec.Struct, frozen=True):
    """Something a mail uses. `safe`: only where it is known, as in @media or @supports."""

    mark: str
    start: int
    safe: bool = False


def clients(mail: Mail) -> Iterator[Finding]:
    """One finding for each feature that some program lacks, at its first use."""
    known = features()
    first: dict[str, _Mark] = {}
    counts = Counter[str]()
    for mark in _marks(mail):
        feature = known.get(mark.mark)
        if feature and feature.no:
            counts[feature.slug] += 1
            first[feature.slug] = _telling(first.get(feature.slug, mark), mark)
    for mark in first.values():
        feature = known[mark.mark]
        yield _finding(mail, feature, mark, counts[feature.slug])


def _telling(first: _Mark, later: _Mark) -> _Mark:
    """The first of two, unless only the later one does harm."""
    return later if first.safe and not later.safe else first


def _finding(mail: Mail, feature: Feature, mark: _Mark, count: int) -> Finding:
    times = f"; it is used {count} times" if count > 1 else ""
    message = f"{feature.title} is not known to {_named(feature)}{times}"
    level: Level = "warning" if feature.breaks and not mark.safe else "hint"
    found = mail.at(level, f"client-{feature.slug}", message, mark.start)
    return msgspec.structs.replace(found, clients=feature.no, share=feature.share)


def _named(feature: Feature) -> str:
    """The programs that lack it, the large ones before all others."""
    large = [name for name in feature.no if name in LARGE]
    shown = (large or list(feature.no))[:_SEVERAL]
    more = len(feature.no) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _marks(mail: Mail) -> Iterator[_Mark]:
    for element in mail.page.elements:
        yield from _of_element(element)
    for rule in mail.rules:
        yield from _of_at_rule(rule) if rule.at else _ruled(rule)


def _of_element(element: Element) -> Iterator[_Mark]:
    yield _Mark(f"e:{element.name}", element.start)
    for name in element.attributes:
        yield _Mark(f"h:{name}", element.start)
    for name in ("src", "background"):
        yield from _format(element.get(name), element.start)
    for one in declarations(element.get("style")):
        yield from _declared(one, element.start, safe=False)


def _format(url: str, start: int) -> Iterator[_Mark]:
    if url[:5].lower() == "data:":
        yield _Mark("i:data:", start)
    else:
        found = _FORMAT.search(url)
        if found:
            yield _Mark(f"i:{found[1].lower()}", start)


def _of_at_rule(rule: Rule) -> Iterator[_Mark]:
    yield _Mark(f"a:{rule.at}", rule.start)
    if rule.at == "@media":
        for media in _MEDIA.finditer(rule.prelude):
            yield _Mark(f"m:{media[1].lower()}", rule.start)


def _ruled(rule: Rule) -> Iterator[_Mark]:
    safe = bool(rule.within)
    for mark in _selectors(rule.prelude):
        yield _Mark(f"s:{mark}", rule.start, safe)
    for one in rule.declarations:
        yield from _declared(one, one.start, safe)


def _selectors(prelude: str) -> Iterator[str]:
    plain = _BRACKETS.sub("", prelude)
    yield from (sign for sign in "+~>" if sign in plain)
    if "[" in prelude:
        yield "["
    yield from (found[1].lower() for found in _PSEUDO.finditer(plain))


def _declared(one: Declaration, start: int, safe: bool) -> Iterator[_Mark]:
    yield _Mark(f"p:{one.name}", start, safe)
    if one.name == "display":
        yield _Mark(f"v:display:{one.value.lower()}", start, safe)
    for found in _FUNCTION.finditer(one.value):
        yield _Mark(f"f:{found[1].lower()}", start, safe)
    for found in _UNIT.finditer(one.value):
        yield _Mark(f"u:{found[1].lower()}", start, safe)
