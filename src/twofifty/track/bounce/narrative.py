"""Notices that only people were meant to read: whom they are about, and what they say of each."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from twofifty.track.bounce.address import ADDRESS, addresses_of, is_daemon, tidy
from twofifty.track.bounce.families.family import Family
from twofifty.track.bounce.tame import narrow
from twofifty.track.bounce.words import notices
from twofifty.track.bounce.words.table import phrases

_LONGEST: Final = 24_000
_MOST: Final = 200
_TO: Final = rf"[<\"'(\[]{{0,3}}({ADDRESS})[>\"')\]]{{0,3}}"


def _general(table: str) -> tuple[re.Pattern[str], ...]:
    said = (phrase.replace("{to}", _TO) for phrase in phrases(table))
    return tuple(re.compile(phrase, re.IGNORECASE | re.MULTILINE) for phrase in said)


_SURE: Final = _general(notices.SURE)
_LIKELY: Final = _general(notices.LIKELY)


_REPLY: Final = re.compile(r"\s*[245]\d\d[ -]")


class Told(msgspec.Struct, frozen=True):
    """One address and what the notice says of it, on one line."""

    address: str
    text: str


def told(
    text: str, family: Family | None, senders: Iterable[str], *, surely: bool = False
) -> tuple[Told, ...]:
    """Whom a notice is about. `senders`: addresses that are not meant: who sent the mail, and who
    sent the notice. `surely`: only by the family's own words or an address that begins a line."""
    page = narrow(text[:_LONGEST])
    own = {address.lower() for address in senders if address}
    general = _SURE if surely else (*_SURE, *_LIKELY)
    patterns = (*(family.recipients if family else ()), *general)
    for pattern in patterns:
        found = _found(page, pattern, own)
        if found:
            return tuple(_sections(page, found))
    return ()


def named(text: str, senders: Iterable[str]) -> tuple[str, ...]:
    """Any address at all that a notice names and that is not of `senders` or a daemon's."""
    own = {address.lower() for address in senders if address}
    every = addresses_of(text[:4_000])
    return tuple(one for one in every if one.lower() not in own and not is_daemon(one))


def one_line(text: str) -> str:
    """Text with its lines joined and the marks of continued replies (`550-5.1.1`) taken out."""
    joined = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<=\S) \d{3}-(?=[245]\.\d{1,3}\.\d{1,3} )", " ", joined)


def _found(page: str, pattern: re.Pattern[str], own: set[str]) -> list[re.Match[str]]:
    """The places where `pattern` names a recipient, each address once."""
    seen: set[str] = set()
    places: list[re.Match[str]] = []
    for found in pattern.finditer(page):
        address = tidy(found[1]).lower()
        if address and address not in seen and address not in own and not is_daemon(address):
            seen.add(address)
            places.append(found)
        if len(places) >= _MOST:
            break
    return places


def _sections(page: str, places: Sequence[re.Match[str]]) -> Iterator[Told]:
    """What follows each address up to the next one; of a list of addresses with one reason below,
    the reason is each one's."""
    ends = [*(place.start() for place in places[1:]), len(page)]
    texts = [_after(page, place, end) for place, end in zip(places, ends, strict=True)]
    for place, text in zip(places, texts, strict=True):
        said = text if _says(text) else texts[-1]
        yield Told(tidy(place[1]), one_line(f"{_before(page, place)} {said}"))


def _before(page: str, place: re.Match[str]) -> str:
    return page[page.rfind("\n", 0, place.start(1)) + 1 : place.start(1)]


def _after(page: str, place: re.Match[str], end: int) -> str:
    """What follows an address; in a transcript (`550 <a@example.com>... User unknown`) only the
    rest of its line, for the next line is about somebody else."""
    line = page[place.end() : end].partition("\n")[0]
    if _REPLY.match(_before(page, place)) and _says(line):
        return line
    return page[place.end() : end]


def _says(text: str) -> bool:
    return len(re.findall(r"\w{2,}", text)) > 1
