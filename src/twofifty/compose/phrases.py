"""Texts with values in them, safe for what stands around: a name of the other direction is isolated
(`bidi.py`), for a sentence has no markup of its own."""

import re
from functools import lru_cache

from twofifty.compose.bidi import isolate
from twofifty.compose.tongue import Tongue

# Where right-to-left letters may be: a left-to-right sentence without them is as it should be.
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U0001efff]")


def say(tongue: Tongue, name: str, /, **values: str) -> str:
    """The text of that name with its `{placeholders}` filled."""
    direction, pattern = tongue.direction, tongue.texts.plain[name]
    if direction == "ltr":
        text = pattern.format(**values)
        if text.isascii() or _RTL.search(text) is None:
            return text
    return pattern.format(**{key: isolate(value, direction) for key, value in values.items()})


@lru_cache(maxsize=4_096)
def often(tongue: Tongue, name: str, /, **values: str) -> str:
    """As `say`, kept: for values that mails share, such as prices, taxes and delivery windows."""
    return say(tongue, name, **values)
