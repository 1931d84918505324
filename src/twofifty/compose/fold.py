"""What publishing does to a template's source, so that sending need not.

`fold` puts the constants of a language and a brand in their places. `short_lines` breaks the long
lines of HTML where a break means nothing, for long lines cost most in quoted-printable.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from twofifty.compose.mustache.dialect import Dialect
from twofifty.compose.mustache.runtime import escaped, plain

_NAME = re.compile(r"(?<!\{)\{\{\s*(\w+)\.(\w+)\s*\}\}(?!\})")
# Comments, style sheets and scripts stay as they are; then a start tag, read by its quotes.
_TAG = re.compile(
    r"(<!--.*?-->|<style\b.*?</style>|<script\b.*?</script>|"
    r"<\w(?:\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^>\"'{])*>)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(\s(?:[\w:-]+)(?:=\"[^\"]*\")?)")
_STYLE = ' style="'
# Equals signs take three characters in quoted-printable, and values need room.
_WIDTH: Final = 62
_VALUE = re.compile(r"\{\{\{?[^#^/].*?\}\}\}?")
_SECTION = re.compile(r"\{\{[#^/].*?\}\}")


def fold(source: str, constants: Mapping[str, Mapping[str, object]], dialect: Dialect) -> str:
    """`source` with every `{{group.name}}` of known constants replaced by its text.

    Text that would itself be read as a tag is left for the template's own lookup.
    """

    def replaced(found: re.Match[str]) -> str:
        group = constants.get(found[1])
        if group is None or found[2] not in group:
            return found[0]
        value = group[found[2]]
        text = escaped(value) if dialect.escape == "html" else plain(value)
        return found[0] if "{{" in text or "}}" in text else text

    return _NAME.sub(replaced, source)


def short_lines(source: str) -> str:
    """HTML with breaks inside its long start tags: before an attribute, and after a declaration of
    a style. It looks and means the same."""
    out: list[str] = []
    column = 0
    for place, part in enumerate(_TAG.split(source)):
        breakable = place % 2 and not part.startswith(("<!", "<style", "<script"))
        for piece in _pieces(part) if breakable else (part,):
            if out and breakable and column + _width(piece) > _WIDTH and not piece.startswith("<"):
                piece, column = "\n" + piece.lstrip(" "), 0
            out.append(piece)
            _, broken, tail = piece.rpartition("\n")
            column = _width(tail) + (0 if broken else column)
    return "".join(out)


def _pieces(tag: str) -> Iterator[str]:
    """A start tag cut where a line may break: before each piece but the first."""
    for piece in filter(None, _ATTRIBUTE.split(tag)):
        if piece.startswith(_STYLE) and "{{#" not in piece and "{{^" not in piece:
            yield from filter(None, re.split(r"(?<=;)", piece))
        else:
            yield piece


def _width(text: str) -> int:
    bare = _SECTION.sub("", _VALUE.sub("x" * 10, text))
    return len(bare) + 2 * bare.count("=")
