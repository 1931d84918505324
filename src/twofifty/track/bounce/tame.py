"""Text whose runs are short, so that no pattern walks one of them again from each of its signs.

A pattern that begins with any number of blanks takes n steps for each of n blank lines. Whoever
writes a notice uses a few, and whoever wants to stop the reader sixty thousand. Pure.
"""

import re
from typing import Final

BLANKS: Final = 40
SIGNS: Final = 80
LINE: Final = 400

_BLANKS: Final = re.compile(rf"[^\S\n]{{{BLANKS + 1},}}")
_SIGNS: Final = re.compile(rf"([^\w\s])\1{{{SIGNS},}}")
_EMPTY: Final = re.compile(r"\n(?:[^\S\n]{0,40}\n){3,}")


def tamed(text: str) -> str:
    """`text` with at most `BLANKS` blanks, `SIGNS` equal signs and two empty lines on end. Letters
    and digits stay."""
    short = _BLANKS.sub(" " * BLANKS, text)
    short = _SIGNS.sub(lambda run: run[1] * SIGNS, short)
    return _EMPTY.sub("\n\n\n", short)


def narrow(text: str) -> str:
    """`text` with lines of at most `LINE` characters, the rest of each left out."""
    return "\n".join(line[:LINE] for line in text.split("\n"))
