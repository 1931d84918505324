"""`Feedback-ID`: by what Gmail counts complaints and shows them in its Postmaster Tools.

    Feedback-ID: KIND:s-SOURCE:i-INSTANCE:twofifty

Gmail's rules (its help on the Feedback Loop): up to four identifiers, counted each by itself, from
the right; the rightmost names the sender, has 5 to 15 characters and never changes; no identifier
is of one recipient or one mail, and none may mean two things in two places. So a source and an
instance carry a letter before their names, for a source may be called `update`. Gmail counts only
what DKIM signs.
"""

import re
from typing import Final

from twofifty.notice.model import Kind

NAME: Final = "Feedback-ID"
SENDER: Final = "twofifty"

_LONGEST: Final = 40
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]+")


def feedback_id(kind: Kind, source: str, instance: str) -> str:
    """The header's value: the same for every mail of a kind, source and instance. `instance`: which
    service of ours sent it, such as its host's name."""
    return f"{kind}:s-{_word(source)}:i-{_word(instance)}:{SENDER}"


def _word(name: str) -> str:
    """A name without a colon or anything else that a header's syntax knows."""
    return _OTHER.sub("-", name)[:_LONGEST]
