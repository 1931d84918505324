"""How the tables of words are written: a phrase a line; an indented line continues the one above.

A phrase is a regular expression, case aside. Long ones are folded before a group or a `|`; the
blanks at the ends of lines do not count, so a blank there is written `[ ]`.
"""

import re
from textwrap import dedent


def phrases(table: str) -> tuple[str, ...]:
    """The phrases of a table."""
    found: list[str] = []
    for line in filter(str.strip, dedent(table).split("\n")):
        if line.startswith(" ") and found:
            found[-1] += line.strip()
        else:
            found.append(line.strip())
    return tuple(found)


def pattern(table: str) -> re.Pattern[str]:
    """One pattern for all phrases of a table, anywhere in a text."""
    either = "|".join(f"(?:{phrase})" for phrase in phrases(table))
    return re.compile(either, re.IGNORECASE | re.MULTILINE)
