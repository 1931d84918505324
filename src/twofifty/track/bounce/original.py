"""The mail that a notice is about, from what came back of it. Pure."""

import re
from typing import Final

from twofifty.track.bounce.fields import first
from twofifty.track.bounce.report import Fields, Original

_ID: Final = re.compile(r"<([^<>\s]{3,250})>")
_BARE: Final = re.compile(r"[^<>\s]{3,250}")
_OWN: Final = re.compile(r"\bm_[A-Za-z0-9_-]{6,60}\b")
_OWN_IN_TEXT: Final = re.compile(r"^X-Twofifty-ID:[ \t]*(m_[A-Za-z0-9_-]{6,60})", re.I | re.M)
_ID_IN_TEXT: Final = re.compile(r"^[ \t]{0,40}Message-ID:[ \t]*<([^<>\s]{3,250})>", re.I | re.M)


def original(head: Fields, text: str, answered: str | None) -> Original:
    """Who it was. `head`: its fields; `text`: what the notice says, for some only quote its id;
    `answered`: what the notice itself answers to, which is the same mail."""
    stated = first(head, "message-id")
    found = _ID.search(stated) or _BARE.fullmatch(stated.strip())
    message_id = found[found.re.groups] if found else None
    quoted = _ID_IN_TEXT.search(text)
    own = _OWN.search(first(head, "x-twofifty-id")) or _OWN_IN_TEXT.search(text)
    return Original(
        message_id=message_id or (quoted[1] if quoted else None) or answered,
        own_id=own[own.re.groups] if own else None,
        headers=head,
    )
