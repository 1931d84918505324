"""What a personal message about an order says: the words as written, then the order's own facts."""

import re
from typing import Final

from twofifty.compose import clean
from twofifty.compose.columns import wrap
from twofifty.compose.letter import Letter
from twofifty.compose.reader import Reader
from twofifty.compose.view_boxes import boxes_view
from twofifty.compose.view_subject import preheader
from twofifty.compose.view_whole import said_lines, whole_view

View = dict[str, object]

_MOST: Final = 12_000
_MOST_PARAGRAPHS: Final = 60
_PREVIEW: Final = 120
_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


def agent_view(letter: Letter, whose: Reader, limit: int) -> View:
    """The words stand apart from the facts, which come from the order alone."""
    words = _paragraphs(letter.words)
    first = clean.cut(" ".join(words[0]), _PREVIEW) if words else ""
    return {
        "headline": whose.text("agent_headline"),
        "intro": "",
        "preheader": preheader(letter, whose, first),
        "words": [_paragraph(rows) for rows in words],
        "parcels": boxes_view(letter.order, whose),
        **whole_view(letter, said_lines(letter.order.lines, whose, limit, letter.stock), whose),
        "jsonld": None,
    }


def _paragraphs(words: str) -> list[list[str]]:
    """Rows of text, a paragraph ending where a row is empty."""
    paragraphs: list[list[str]] = [[]]
    for row in _BREAK.split(words[:_MOST]):
        shown = clean.line(row, _MOST)
        if shown:
            paragraphs[-1].append(shown)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [rows for rows in paragraphs[:_MOST_PARAGRAPHS] if rows]


def _paragraph(rows: list[str]) -> View:
    return {"rows": rows, "text": "\n".join(line for row in rows for line in wrap(row))}
