"""Bytes to text whatever their label says. Never raises."""

import re
from typing import Final

_ALIASES: Final = {"unicode-1-1-utf-7": "utf-7", "ks_c_5601-1987": "cp949", "x-sjis": "cp932"}
_SLOW: Final = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
"""Codecs that no mail is in, and that take their time."""
_JAPANESE: Final = re.compile(rb"\x1b[$(]")


def decoded(raw: bytes, charset: str) -> str:
    """`raw` as text: in its charset, else in one that it looks like, else as Latin-1."""
    if _JAPANESE.search(raw):
        return _in(raw, "iso2022_jp_2", "replace") or raw.decode("latin-1")
    label = charset.strip().strip("\"'").lower()
    for name in (_ALIASES.get(label, label), "utf-8"):
        text = _in(raw, name, "strict") if name and name not in _SLOW else None
        if text is not None:
            return text
    return raw.decode("latin-1")


def _in(raw: bytes, name: str, errors: str) -> str | None:
    try:
        return raw.decode(name, errors)
    except Exception:  # noqa: BLE001
        # Codecs raise what they like: iso2022_jp_2 a RuntimeError, others an AssertionError.
        return None
