"""Customer text made harmless, once, before it enters any template, header or script.

Escaping for HTML is the template engine's work and comes on top. Here goes what no output context
should see: controls, direction overrides, invisible characters, lone surrogates, endless text, and
addresses of links that are not plain `http(s)`.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import msgspec

TITLE: Final = 500
NOTE: Final = 2_000
NOTE_LINES: Final = 40
URL: Final = 2_000
ELLIPSIS: Final = "…"

# C0 and C1 controls (white space is handled apart), soft hyphen, Arabic letter mark, Mongolian
# vowel separator, zero-width space, direction marks, embeddings, overrides and isolates, invisible
# operators, BOM, interlinear annotation, tag characters, surrogates, noncharacters.
_GONE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
_INVISIBLE = re.compile(f"[{_GONE}]+")
# Joiners shape Indic and Persian words and join emoji. Between other characters they only hide.
_JOINER = re.compile(
    "[\u200c\u200d](?![^\x00-\x7f])|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?=[\u200c\u200d])"
)
_SPACE = re.compile(r"[\s\x85\u2028\u2029]+")
_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)

_SAFE_URL = re.compile(
    r"https?://[A-Za-z0-9.\-]+(?::\d{1,5})?(?:[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?"
)
_ODD_URL = re.compile(r"https?://([\w.\-]+|\[[0-9a-f:.]+\])(:\d{1,5})?(?=[/?#]|$)(.*)", re.I)
_SUPPORT = re.compile(
    r"(?:mailto:[A-Za-z0-9.!#$%*+/=^_{|}~\-]+@[A-Za-z0-9.\-]+|tel:\+?[0-9().\-]{2,30})(?:\?[\w=%.&\-]*)?"
)
_LINKISH = re.compile(r"://|www\.|[@/\\<>{}\[\]]|\.[a-z]{2,}\b", re.IGNORECASE)


def line(text: str, limit: int = TITLE) -> str:
    """`text` as one line of at most `limit` characters, an ellipsis where it was cut."""
    if text.isprintable() and len(text) <= limit:
        plain = text.isascii() or _MARKS.search(text) is None
        return (text if plain else _MARKS.sub(r"\1", text)).strip()
    return cut(_SPACE.sub(" ", _visible(text[: limit * 8])).strip(), limit)


def note(text: str) -> tuple[str, ...]:
    """`text` as the lines that were written, at most NOTE characters and NOTE_LINES lines."""
    rows = [line(row, NOTE) for row in _BREAK.split(text[: NOTE * 8])]
    shown = _BREAK.split(cut("\n".join(rows).strip("\n"), NOTE))
    kept = tuple(shown[:NOTE_LINES])
    whole = kept if len(shown) <= NOTE_LINES else (*kept, ELLIPSIS)
    return whole if any(whole) else ()


def name(text: str) -> str:
    """A person's name fit for a greeting; empty for one that is long or looks like a link, for
    strangers put advertising into the name and have the shop mail it."""
    cleaned = line(text, 61)
    return "" if len(cleaned) > 60 or _LINKISH.search(cleaned) else cleaned


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def url(text: str | None) -> str | None:
    """An absolute `http(s)` URL in ASCII-safe form; None for every other thing.

    User information is refused (it makes a foreign host look like the shop), as are white space,
    controls and more than URL characters.
    """
    if text is None or len(text) > URL:
        return None
    return _safe(text)


@lru_cache(maxsize=2_048)
def _safe(text: str) -> str | None:
    """Kept, for pictures and products are shown mail after mail."""
    return text if _SAFE_URL.fullmatch(text) else _mended(text.strip())


def contact(text: str | None) -> str | None:
    """Where customers ask: like `url`, and `mailto:` and `tel:` too."""
    if text is not None and len(text) <= URL and _SUPPORT.fullmatch(text):
        return text
    return url(text)


def jsonld(value: object) -> str:
    """`value` as JSON on short lines that cannot end or disturb the `<script>` around it."""
    written = msgspec.json.format(_JSON.encode(value), indent=1).decode()
    for sign, escape in _SCRIPT:
        written = written.replace(sign, escape)
    return written


_JSON: Final = msgspec.json.Encoder(decimal_format="string")
_SCRIPT: Final = tuple((sign, f"\\u{ord(sign):04x}") for sign in "<>&\u2028\u2029")


def _visible(text: str) -> str:
    return _MARKS.sub(r"\1", _JOINER.sub("", _INVISIBLE.sub("", text)))


def _mended(text: str) -> str | None:
    found = _ODD_URL.fullmatch(text)
    if found is None or _SPACE.search(text) or _INVISIBLE.search(text):
        return None
    host, port, rest = found.groups()
    scheme = text[: text.index(":")].lower()
    mended = f"{scheme}://{host}{port or ''}{quote(rest, safe='/?#[]@!$&()*+,;=%:~')}"
    return mended if len(mended) <= URL else None
