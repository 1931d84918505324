"""What two mails about the same thing have that the other lacks: links, pictures, facts. Pure."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final, Literal

import msgspec

from twofifty.compose import clean
from twofifty.compose.composed import Composed
from twofifty.compose.tongue import Tongue
from twofifty.compose.view_subject import order_number
from twofifty.order.model import Order

Code = Literal["words", "look", "error", "fact", "subject", "link", "image", "size", "warning"]

SERIOUS: Final[frozenset[str]] = frozenset({"error", "fact"})
"""What forbids to publish."""

_UNSEEN: Final = frozenset({"style", "script", "head", "title"})
_GROWN: Final = 1.25
_TITLE: Final = 40


class Stray(msgspec.Struct, frozen=True):
    """One thing that is different, and how."""

    code: Code
    text: str


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: set[str] = set()
        self.images: set[str] = set()
        self.words: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in _UNSEEN:
            self._unseen.append(tag)
        if tag == "a" and said.get("href"):
            self.links.add(said["href"] or "")
        if tag == "img" and said.get("src"):
            self.images.add(said["src"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            self._unseen.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)


class Outline(msgspec.Struct, frozen=True):
    """Of an HTML text: where its links lead, which pictures it shows, and its words with one space
    between them."""

    links: frozenset[str]
    images: frozenset[str]
    words: str


def outline(html: str) -> Outline:
    """The outline of a mail's HTML."""
    reading = _Reading()
    reading.feed(html)
    reading.close()
    words = " ".join(" ".join(reading.words).split())
    return Outline(frozenset(reading.links), frozenset(reading.images), words)


def facts(order: Order, tongue: Tongue) -> tuple[tuple[str, str], ...]:
    """What a mail about an order should say, and what to call it: number, total, titles."""
    titles = tuple(("a line's title", clean.line(line.title, _TITLE)) for line in order.lines[:50])
    total = tongue.money(order.currency)(order.totals.total)
    return (("the order's number", order_number(order)), ("the total", total), *titles)


def strays(before: Composed, after: Composed, told: tuple[tuple[str, str], ...]) -> Iterator[Stray]:
    """What the later mail does otherwise than the earlier. A fact has vanished where the earlier
    one says it, in HTML or text, and the later does not."""
    one, other = outline(before.html), outline(after.html)
    for name, fact in told:
        for part, was, now in (
            ("HTML", one.words, other.words),
            ("text", _flat(before.text), _flat(after.text)),
        ):
            if _flat(fact) in was and _flat(fact) not in now:
                yield Stray("fact", f"{name} is not in the {part} any more")
    if before.subject != after.subject:
        yield Stray("subject", f"the subject is another: {after.subject}")
    yield from _listed("link", "leads nowhere any more", one.links - other.links)
    yield from _listed("link", "is a new link", other.links - one.links)
    yield from _listed("image", "is not shown any more", one.images - other.images)
    yield from _listed("image", "is a new picture", other.images - one.images)
    yield from _size(len(before.html.encode()), len(after.html.encode()))


def _size(was: int, now: int) -> Iterator[Stray]:
    if now > was * _GROWN or now * _GROWN < was:
        way = "larger" if now > was else "smaller"
        yield Stray("size", f"the HTML is more than a quarter {way}")


def _listed(code: Code, said: str, found: frozenset[str]) -> Iterator[Stray]:
    """Addresses by their host and path only, so that orders group."""
    for each in sorted({address.partition("?")[0][:120] for address in found}):
        yield Stray(code, f"{each} {said}")


def _flat(text: str) -> str:
    return " ".join(text.split())
