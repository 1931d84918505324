"""Plain text in columns: what stands left, what stands right, 72 wide."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from unicodedata import combining, east_asian_width

WIDTH: Final = 72
_GAP: Final = 2
# Where signs may be wide or combine: all other text is as wide as it is long.
_ODD = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u06ed\u0900-\u1cff"
    "\u2066-\u2069\u20d0-\u20ff\u231a-\u2bff\u2e80-\ud7ff\uf900-\U0003ffff]"
)
# Isolates turn text and show nothing.
_NOTHING: Final = dict.fromkeys(range(0x2066, 0x206A))


def width(text: str) -> int:
    """Columns that a text takes in a fixed-width font."""
    if text.isascii() or _ODD.search(text) is None:
        return len(text)
    return _counted(text)


@lru_cache(maxsize=2_048)
def _counted(text: str) -> int:
    bare = text.translate(_NOTHING)
    return sum((1 + (east_asian_width(sign) in "WF")) for sign in bare if not combining(sign))


def pair(left: str, right: str, indent: str = "") -> str:
    """`left`, wrapped and indented, with `right` flush right on its last line where it fits, else
    below."""
    rest = WIDTH - width(right)
    room = rest - width(left) - len(indent)
    if right and room >= _GAP:
        return f"{indent}{left}{' ' * room}{right}"
    rows = wrap(left, indent)
    if not right:
        return "\n".join(rows)
    room = rest - width(rows[-1])
    if room < _GAP:
        rows.append(" " * rest + right)
    else:
        rows[-1] += " " * room + right
    return rows[0] if len(rows) == 1 else "\n".join(rows)


def wrap(text: str, indent: str = "") -> list[str]:
    """A text's lines of at most WIDTH columns, at least one. Longer words stay whole (links)."""
    room = WIDTH - len(indent)
    # no sign is wider than two columns
    if len(text) * 2 <= room or width(text) <= room:
        return [indent + text]
    return [indent + row for row in _filled(text.split(" "), room)]


def _filled(words: list[str], room: int) -> Iterator[str]:
    row, taken = words[0], width(words[0])
    for word in words[1:]:
        columns = width(word)
        if taken + 1 + columns > room:
            yield row
            row, taken = word, columns
        else:
            row, taken = f"{row} {word}", taken + 1 + columns
    yield row


@lru_cache(maxsize=256)
def flowed(text: str, indent: str = "") -> str:
    """A fixed text in lines of at most WIDTH columns."""
    return "\n".join(wrap(text, indent))
