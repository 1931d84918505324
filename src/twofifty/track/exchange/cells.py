"""Cells that a spreadsheet does not take for a formula, and back. Pure."""

import re
from typing import Final

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """A cell for a file that somebody may open in a spreadsheet: diagnostic texts are strangers'
    words. One `'` more in front of what would be a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def bare(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell
