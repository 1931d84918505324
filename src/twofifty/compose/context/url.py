"""Where in a URL a value stands.

`start`: nothing before it. `rest:` and letters: what stands before may still become a scheme, `?`
for a value among it. `path`, `query`: after them. `bad`: after a scheme that no template may use
with values, as `javascript:`.
"""

import re
from typing import Final

from twofifty.compose.context.kind import Context

START: Final = "start"
BAD: Final = "bad"
ATTRIBUTES: Final = frozenset(
    "action background cite classid codebase data dynsrc formaction href icon imagesrcset "
    "longdesc lowsrc manifest ping poster profile src srcset usemap xlink:href".split()
)
LISTS: Final = frozenset(("imagesrcset", "srcset"))
SCHEMES: Final = frozenset(("http", "https", "mailto", "tel", "sms", "cid"))
_CONTEXTS: Final = {
    "start": Context.URL,
    "path": Context.URL_PATH,
    "query": Context.URL_QUERY,
}
_AFTER_SCHEME = re.compile(r"[:/?#&=\\]")
_LETTERS: Final = 40


def walked(inner: str, text: str, *, many: bool = False) -> str:
    """`inner` after the literal `text`; `many`: a list of URLs with commas between."""
    if many:
        _, comma, last = text.rpartition(",")
        inner, text = (START, last) if comma else (inner, text)
    if inner == START:
        text = text.lstrip()
        inner = "rest:" if text else START
    if inner.startswith("rest"):
        return _scheme(inner.removeprefix("rest:"), text)
    return "query" if inner == "path" and set(text) & set("?#") else inner


def valued(inner: str) -> str:
    """`inner` after a value."""
    if inner == START:
        return "rest:?"
    return f"{inner}?"[:_LETTERS] if inner.startswith("rest") else inner


def context(inner: str) -> Context | None:
    """How a value is escaped here; None for `bad`."""
    return Context.URL_REST if inner.startswith("rest") else _CONTEXTS.get(inner)


def _scheme(begun: str, text: str) -> str:
    found = _AFTER_SCHEME.search(text)
    if found is None:
        return f"rest:{begun}{text.lower()}"[:_LETTERS]
    scheme = (begun + text[: found.start()]).lower()
    if found[0] == ":" and scheme != "?" and scheme.removeprefix("?") not in SCHEMES:
        return BAD
    return "query" if set(text[found.start() :]) & set("?#&=") else "path"
