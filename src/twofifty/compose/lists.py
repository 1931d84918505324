"""Lists in a sentence, by CLDR's patterns: `A, B und C`, `A، وB، وC`."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from babel import Locale

# Two languages bend their "and" to what follows, as ICU does: Spanish `e` before an i that is heard
# (not `hielo`), Hebrew a hyphen before what is not Hebrew.
_BENT: Final = {
    "es": (" y ", " e ", re.compile(r"h?[ií](?![aeoáéó])|y(?![a-zñáéíóú])", re.IGNORECASE)),
    "he": (" ו", " ו-", re.compile("[^\u0590-\u05ff]")),
}


@lru_cache(maxsize=256)
def _patterns(locale: Locale) -> dict[str, str]:
    found = locale.list_patterns["standard"]
    return {kind: found[kind] for kind in ("2", "start", "middle", "end")}


def listed(items: Sequence[str], locale: Locale) -> str:
    """`items` joined as the language joins things that are all meant; empty for none."""
    if not items:
        return ""
    if len(items) == 1:
        return items[0]
    patterns = _patterns(locale)
    if len(items) == 2:
        return _joined(_bent(patterns["2"], items[1], locale), items[0], items[1])
    said = _joined(patterns["start"], items[0], items[1])
    for item in items[2:-1]:
        said = _joined(patterns["middle"], said, item)
    return _joined(_bent(patterns["end"], items[-1], locale), said, items[-1])


def _bent(pattern: str, following: str, locale: Locale) -> str:
    """The pattern with the "and" that the following item asks for."""
    rule = _BENT.get(locale.language)
    if rule is None or not rule[2].match(following):
        return pattern
    return pattern.replace(rule[0], rule[1])


def _joined(pattern: str, first: str, second: str) -> str:
    """Both in a pattern such as `{0}, {1}`; braces within the items mean nothing."""
    before, _, rest = pattern.partition("{0}")
    between, _, after = rest.partition("{1}")
    return f"{before}{first}{between}{second}{after}"
