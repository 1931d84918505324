"""Direction of text: when a value must be isolated so that it cannot disturb the line around it.

In HTML the templates write `<bdi>`. A subject and a text part have no markup: there a value of the
other direction stands between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX 9), which mail
programs know and which show nothing themselves. A value that cannot disturb gets none: the fewer
invisible signs a mail has, the better it is copied, searched and filtered.
"""

import re
from functools import lru_cache
from typing import Final, Literal
from unicodedata import bidirectional

Direction = Literal["ltr", "rtl"]

ISOLATE: Final = "\u2068"
POP: Final = "\u2069"

_RIGHT: Final = frozenset({"R", "AL"})
_STRONG: Final = frozenset({"L", "R", "AL"})
_NUMBERS: Final = frozenset({"EN", "AN"})
# Where right-to-left letters may be: all other text is left to right without looking closer.
_RTL = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Neutral signs that join the direction of what stands beside them: `#1001`, `+49 30`, `(B)`.
_EDGE = re.compile(r"^[^\w]|[^\w]$")
_FRAMES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def isolate(text: str, direction: str) -> str:
    """`text` as a value within a line of `direction`: isolated where its own direction, or that of
    its numbers and signs, could reorder the line or be reordered by it."""
    return f"{ISOLATE}{_bare(text)}{POP}" if disturbs(text, direction) else text


@lru_cache(maxsize=4_096)
def disturbs(text: str, direction: str) -> bool:
    """Whether a value needs isolation. Left to right: any right-to-left letter or Arabic number.
    Right to left: everything that is not purely of right-to-left words, so also numbers with signs
    (telephone and order numbers, addresses of links), which would be torn apart."""
    if direction != "rtl":
        return _RTL.search(text) is not None
    kinds = {bidirectional(sign) for sign in text}
    if kinds & _RIGHT:
        return "L" in kinds or bool(kinds & _NUMBERS) or _EDGE.search(text) is not None
    return "L" in kinds or (bool(kinds & _NUMBERS) and not text.isalnum())


def first_strong(text: str) -> Direction | None:
    """The direction of the first letter that has one; None for numbers and signs."""
    for sign in text:
        kind = bidirectional(sign)
        if kind in _STRONG:
            return "rtl" if kind in _RIGHT else "ltr"
    return None


def balanced(text: str) -> bool:
    """Whether every isolate of a text is closed and none is closed that was not opened."""
    depth = 0
    for sign in text:
        depth += (sign in "\u2066\u2067\u2068") - (sign == POP)
        if depth < 0:
            return False
    return depth == 0


def plain(text: str) -> str:
    """`text` without any direction sign, for comparing and searching."""
    return _MARKS.sub("", text)


def _bare(text: str) -> str:
    """A value without embeddings and isolates of its own, so that ours stay balanced."""
    return _FRAMES.sub("", text)
