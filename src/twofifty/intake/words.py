"""Shops that write names as HTML: read as plain text here, to be escaped again by who shows it."""

import html
import re

from twofifty.intake import loose

_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--.*?--)>", re.DOTALL)


def words(value: object) -> str | None:
    """Text without tags and entities: `Tea &amp; more<br>` is `Tea & more`."""
    found = loose.text(value)
    if found is None:
        return None
    if "<" in found:
        found = _TAG.sub(" ", found)
    return loose.text(html.unescape(found)) if "&" in found else found.strip() or None
