"""Text of any origin -> text that is safe in one header line.

Control characters (C0, DEL, C1 with NEL), line and paragraph separators become a space: they would
end a line or confuse whoever reads it. The twelve bidirectional controls of Unicode are dropped:
they would show a name or subject in another order than it is stored. Lone surrogates become U+FFFD.
Runs of spaces become one; no white space of any kind stays at the ends. All other characters stay,
joiners of emoji too.
"""

import re

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SPACES = re.compile("  +")


def one_line(text: str) -> str:
    """`text` as a header may carry it."""
    if not text.isprintable():
        text = BIDI.sub("", CONTROLS.sub(" ", utf_8(text).decode()))
    return (SPACES.sub(" ", text) if "  " in text else text).strip()


def utf_8(text: str) -> bytes:
    """`text` in UTF-8. JSON can hold surrogates: pairs are joined, lone ones become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
