"""The fields of a delivery status notification (RFC 3464), also where they stand in plain text or
are broken apart by blank lines. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from twofifty.track.bounce.fields import fields, first
from twofifty.track.bounce.report import Fields

_RECIPIENT: Final = ("final-recipient", "original-recipient", "x-actual-recipient")
_MESSAGE: Final = ("reporting-mta", "arrival-date", "received-from-mta", "original-envelope-id")
_QUOTE: Final = re.compile(r"^(?:> ?)+", re.MULTILINE)
_FORWARDED: Final = re.compile(r"^(?:begin |-+ ?)?forwarded message", re.IGNORECASE | re.MULTILINE)
_MOST: Final = 200
"""Recipients of one notice that are read."""
_MOST_FIELDS: Final = 100
"""Fields of one recipient, whom blank lines may break apart."""
_LONGEST: Final = 262_144
_INLINE: Final = re.compile(r"^(?:final|original)-recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)


def groups(text: str) -> tuple[Fields, tuple[Fields, ...]]:
    """The fields of the message, and those of each recipient."""
    blocks = (fields(block.split("\n")) for block in re.split(r"\n[ \t]*\n", text[:_LONGEST]))
    whole: list[tuple[str, str]] = []
    found: list[Fields] = []
    for block in (one for given in blocks for one in _apart(given)):
        if len(found) >= _MOST:
            break
        if _names_recipient(block) and not _lacks_fate(found, block):
            found.append(block)
        elif found and not first(block, *_MESSAGE):
            found[-1] = (found[-1] + block)[:_MOST_FIELDS]
        else:
            whole.extend(block)
    return tuple(whole), tuple(found)


def inline(text: str) -> str:
    """Delivery status fields that stand in a notice's text: from the first one on, else empty."""
    if _FORWARDED.search(text):
        text = _QUOTE.sub("", text)
    found = _INLINE.search(text)
    if not found:
        return ""
    before = text.rfind("\n\n", 0, found.start())
    return text[before + 1 if before >= 0 else 0 :]


def _names_recipient(block: Fields) -> bool:
    return any(name in _RECIPIENT for name, _ in block)


def _lacks_fate(found: list[Fields], block: Fields) -> bool:
    """Whether `block` is the other half of the recipient before it, which has no action yet."""
    if not found or first(found[-1], "action", "status") or not first(block, "action", "status"):
        return False
    return not {name for name, _ in found[-1]} & {name for name, _ in block}


def _apart(block: Fields) -> Iterator[Fields]:
    """A block in which a recipient's fields come twice is two recipients."""
    current: list[tuple[str, str]] = []
    for name, value in block:
        if name == "final-recipient" and _has(current, name):
            yield tuple(current)
            current = []
        current.append((name, value))
    yield tuple(current)


def _has(block: Iterable[tuple[str, str]], name: str) -> bool:
    return any(known == name for known, _ in block)
