"""Plain text in columns: what stands left, what stands right, 72 wide."""

import re
from functools import lru_cache
from typing import Final
from unicodedata import combining, east_asian_width

WIDTH: Final = 72
_GAP: Final = 2
# Where signs may be wide or combine: all other text is as wide as it is long.
_ODD = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u06ed\u0900-\u1cff"
    "\u20d0-\u20ff\u231a-\u2bff\u2e80-\ud7ff\uf900-\U0003ffff]"
)


def width(text: str) -> int:
    """Columns that a text takes in a fixed-width font."""
    if text.isascii() or _ODD.search(text) is None:
        return len(text)
    return sum((1 + (east_asian_width(sign) in "WF")) for sign in text if not combining(sign))


def pair(left: str, right: str, indent: str = "") -> str:
    """`left`, wrapped and indented, with `right` flush right on its last line where it fits, else
    below."""
    rows = wrap(left, indent)
    if not right:
        return "\n".join(rows)
    room = WIDTH - width(rows[-1]) - width(right)
    if room < _GAP:
        rows.append("")
        room = WIDTH - width(right)
    rows[-1] += " " * room + right
    return "\n".join(rows)


def wrap(text: str, indent: str = "") -> list[str]:
    """A text's lines of at most WIDTH columns, at least one. Longer words stay whole (links)."""
    if len(indent) + width(text) <= WIDTH:
        return [indent + text]
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        if row and len(indent) + width(row) + 1 + width(word) > WIDTH:
            rows.append(indent + row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    return [*rows, indent + row]


@lru_cache(maxsize=256)
def flowed(text: str) -> str:
    """A fixed text in lines of at most WIDTH columns."""
    return "\n".join(wrap(text))
