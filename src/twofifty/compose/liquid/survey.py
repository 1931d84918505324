"""A look at a source before it is parsed: python-liquid's scanner goes over the rest of a source
again for each tag that nothing closes, so that a hostile one would take hours."""

import re
from collections.abc import Mapping
from typing import Final

from twofifty.compose.context import TemplateError
from twofifty.compose.liquid.faults import place_at
from twofifty.compose.liquid.meter import MAX_SOURCE

MAX_TAG: Final = 20_000
MAX_TAGS: Final = 10_000
_OPENING = re.compile(r"\{[{%]")
_VERBATIM = re.compile(r"\{%-?\s*(raw|comment|doc)\b")
_CLOSING: Final = {"{{": "}}", "{%": "%}"}


def survey(source: str, partials: Mapping[str, str], name: str) -> None:
    """Raises `TemplateError` for sources that are too long, and for tags that nothing closes."""
    if len(source) + sum(map(len, partials.values())) > MAX_SOURCE:
        raise TemplateError(f"a template and its partials have at most {MAX_SOURCE:,} characters")
    for each, text in {**partials, name: source}.items():
        _closed(text, each)


def _closed(source: str, name: str) -> None:
    here = tags = 0
    while found := _OPENING.search(source, here):
        tags += 1
        if tags > MAX_TAGS:
            raise TemplateError(f"{name}: more than {MAX_TAGS:,} tags")
        closing = _CLOSING[found[0]]
        end = source.find(closing, found.end(), found.end() + MAX_TAG)
        if end < 0:
            raise _unclosed(f"{closing!r}", source, found.start(), name)
        verbatim = _VERBATIM.match(source, found.start())
        here = _after(verbatim, end, source, name) if verbatim else end


def _after(verbatim: re.Match[str], end: int, source: str, name: str) -> int:
    """Where a `raw`, `comment` or `doc` block's last tag begins."""
    last = re.compile(r"\{%-?\s*end" + verbatim[1]).search(source, end)
    if last is None:
        raise _unclosed(f"'end{verbatim[1]}'", source, verbatim.start(), name)
    return last.end()


def _unclosed(closing: str, source: str, start: int, name: str) -> TemplateError:
    return TemplateError(f"this tag has no {closing}", place_at(source, start, name))
