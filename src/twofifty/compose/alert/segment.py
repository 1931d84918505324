r"""How many text messages a text is (3GPP TS 23.038 and 23.040). Pure.

alphabet         alone    each of several
GSM 7-bit        160      153 septets; `^{}\[~]|€` take two, which stay together
UCS-2             70       67 units of UTF-16; a pair of surrogates stays together

The national tables of 23.038 are not counted on: few gateways send them.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

Encoding = Literal["gsm", "ucs2"]

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("\f^{}\\[~]|€")

_ROOM: Final[dict[Encoding, tuple[int, int]]] = {"gsm": (160, 153), "ucs2": (70, 67)}
# Signs of typography that say nothing which the plain ones do not say.
_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‹›", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f", " "),
        "…": "...",
    }
)


class Counted(msgspec.Struct, frozen=True):
    """`units`: septets, or units of UTF-16."""

    encoding: Encoding
    units: int
    segments: int


def counted(text: str) -> Counted:
    """What a text takes; an empty one takes a segment too."""
    encoding: Encoding = "gsm" if is_gsm(text) else "ucs2"
    alone, each = _ROOM[encoding]
    widths = [_width(sign, encoding) for sign in text]
    units = sum(widths)
    return Counted(encoding, units, 1 if units <= alone else _filled(widths, each))


def is_gsm(text: str) -> bool:
    """Whether the 7-bit alphabet has every sign of it."""
    return GSM.issuperset(text) or all(sign in GSM or sign in EXTENDED for sign in text)


def plain(text: str) -> str:
    """The text with plain quotes, dashes and blanks where these alone keep it from the 7-bit
    alphabet, else as it is. No letter is ever changed."""
    tried = text.translate(_PLAIN)
    return tried if is_gsm(tried) else text


def _width(sign: str, encoding: Encoding) -> int:
    wide = sign in EXTENDED if encoding == "gsm" else ord(sign) > 0xFFFF
    return 2 if wide else 1


def _filled(widths: Iterable[int], room: int) -> int:
    segments, used = 1, 0
    for width in widths:
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments
