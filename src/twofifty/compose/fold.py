"""Constants of a language and a brand, folded into a template before it is compiled."""

import re
from collections.abc import Mapping

from twofifty.compose.mustache.dialect import Dialect
from twofifty.compose.mustache.runtime import escaped, plain

_NAME = re.compile(r"(?<!\{)\{\{\s*(\w+)\.(\w+)\s*\}\}(?!\})")


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
