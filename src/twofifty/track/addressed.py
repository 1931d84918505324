"""To whom a mail came, as its header says where nobody says it beside the mail. Pure."""

import re
from typing import Final

from twofifty.track.bounce.address import addresses_of

_HEAD: Final = 65_536
_MOST: Final = 20
# The first four are written by the server that delivered it; anybody may have written the others,
# so that only a signed address in them means anything.
_NAMES: Final = (
    b"delivered-to|x-original-to|envelope-to|x-envelope-to|x-delivered-to|x-failed-recipients|to|cc"
)
_FIELD: Final = re.compile(
    rb"^(?:" + _NAMES + rb")[ \t]*:((?:.*\r?\n[ \t])*.*)", re.IGNORECASE | re.MULTILINE
)
_END: Final = re.compile(rb"\r?\n\r?\n")


def addressed(raw: bytes) -> tuple[str, ...]:
    """The addresses in the header, in its order, at most twenty."""
    head = _END.split(raw[:_HEAD], maxsplit=1)[0]
    fields = (found[1].decode("latin-1") for found in _FIELD.finditer(head))
    found = [address for field in fields for address in addresses_of(field)]
    return tuple(dict.fromkeys(found))[:_MOST]
