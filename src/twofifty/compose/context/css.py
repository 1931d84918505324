"""Where in a style a value stands: in a `style` attribute or a `<style>` element.

A position is a stack of words, innermost first: `name` where a declaration or selector may begin,
`word` after letters of one, `value` after its colon; `'` or `"` in a string, `/*` in a comment,
`url(`, `url('`, `url("` in a URL, with `+` once it has begun.
"""

import re
from typing import Final

from twofifty.compose.context.kind import Context

START: Final = "name"
_MARK = re.compile(r"/\*|url\(\s*[\"']?|[\"':;{}]", re.IGNORECASE)
_ENDS: Final = {
    "'": re.compile(r"\\.|'", re.DOTALL),
    '"': re.compile(r'\\.|"', re.DOTALL),
    "/*": re.compile(r"\*/"),
    "url(": re.compile(r"\)"),
    "url('": re.compile(r"\\.|'", re.DOTALL),
    'url("': re.compile(r'\\.|"', re.DOTALL),
}
_CONTEXTS: Final = {
    "word": Context.CSS_NAME,
    "value": Context.CSS,
    "/*": Context.CSS,
    "'": Context.CSS_STRING,
    '"': Context.CSS_STRING,
}


def walked(inner: str, text: str) -> str:
    """`inner` after the literal `text`."""
    at = 0
    while at < len(text):
        first, _, outer = inner.partition(" ")
        step = _inside if outer else _plain
        inner, at = step(inner, text, at) if first else (inner, len(text))
    return inner


def valued(inner: str) -> str:
    """`inner` after a value."""
    first, _, outer = inner.partition(" ")
    if first.startswith("url(") and not first.endswith("+"):
        return f"{first}+ {outer}"
    return inner


def context(inner: str) -> Context | None:
    """How a value is escaped here; None where a declaration would begin with it."""
    first = inner.partition(" ")[0]
    if first.startswith("url("):
        return Context.CSS_URL_PATH if first.endswith("+") else Context.CSS_URL
    return _CONTEXTS.get(first)


def _plain(inner: str, text: str, at: int) -> tuple[str, int]:
    found = _MARK.search(text, at)
    if found is None:
        return ("word" if inner == "name" and text[at:].strip() else inner), len(text)
    mark = found[0].lower()
    if mark in ";{}":
        return "name", found.end()
    if mark == ":":
        return "value", found.end()
    outer = "word" if inner == "name" else inner
    return f"{mark.replace(' ', '')} {outer}", found.end()


def _inside(inner: str, text: str, at: int) -> tuple[str, int]:
    first, _, outer = inner.partition(" ")
    found = _ENDS[first.removesuffix("+")].search(text, at)
    if found is None or found[0].startswith("\\"):
        end = found.end() if found else len(text)
        return (valued(inner) if text[at:end].strip() else inner), end
    return outer, found.end()
