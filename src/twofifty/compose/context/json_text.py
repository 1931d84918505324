"""Where in JSON a value stands: `value` between strings, `string` within one, `cut` after its
backslash."""

import re
from typing import Final

START: Final = "value"
_QUOTE_OR_ESCAPE = re.compile(r"\\.?|\"", re.DOTALL)


def walked(inner: str, text: str) -> str:
    """`inner` after the literal `text`."""
    at = 0
    while at < len(text):
        if inner == "value":
            at = text.find('"', at) + 1
            inner, at = ("string", at) if at else (inner, len(text))
        else:
            found = _QUOTE_OR_ESCAPE.search(text, at)
            if found is None:
                return inner
            if found[0] == "\\":
                return "cut"
            inner, at = ("value" if found[0] == '"' else inner), found.end()
    return inner
