"""Why an address is on a list, in the words of many services. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from twofifty.track.blocking import COMPLAINT, HARD, SOFT, UNSUBSCRIBED
from twofifty.track.model import Scope

IMPORTED: Final = "imported"

SCOPES: Final[Mapping[str, Scope]] = {
    HARD: "all",
    SOFT: "service",
    COMPLAINT: "service",
    UNSUBSCRIBED: "service",
    IMPORTED: "service",
}
"""What a cause blocks where a file does not say it: where nobody knows why, receipts still go."""

_WORDS: Final[Mapping[str, str]] = {
    HARD: (
        "bounce bounced bounces hard hardbounce hardbounced bouncerule permanent permanentbounce "
        "invalid invalidemail invalidemails invalidaddress bademailaddress undeliverable cleaned "
        "nonexistent noemail badmailbox"
    ),
    SOFT: (
        "soft softbounce softbounces softbounced transient temporary deferred block blocked blocks "
        "undetermined mailboxfull"
    ),
    COMPLAINT: (
        "complaint complaints complained spam spamcomplaint spamcomplaints spamreport spamreports "
        "spamnotification abuse abusecomplaint abusereport markedasspam feedbackloop fbl"
    ),
    UNSUBSCRIBED: (
        "unsubscribe unsubscribed unsubscribes unsubscription unsub optout optedout "
        "listunsubscribe unsubscribelink globalunsubscribe groupunsubscribe subscriptionchange "
        "contactunsubscribed unsubscribedviaemail"
    ),
    IMPORTED: "imported manual manualsuppression manuallyadded byhand customer compliance admin",
}
_CAUSES: Final[Mapping[str, str]] = {
    word: cause for cause, words in _WORDS.items() for word in words.split()
}
_POLICY: Final = re.compile(r"\b5\.7\.\d{1,3}\b")
_PERMANENT: Final = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b|^\s*5\d\d\b")
_TRANSIENT: Final = re.compile(r"\b4\.\d{1,3}\.\d{1,3}\b|^\s*4\d\d\b")


def cause_of(said: Iterable[str]) -> str | None:
    """The cause that the first of these words, or the first reply of a server among them, names;
    None: none does."""
    known = list(said)
    words = (_CAUSES.get(re.sub(r"[^a-z]", "", text.lower())) for text in known)
    return next(filter(None, words), None) or next(filter(None, map(_of_reply, known)), None)


def _of_reply(text: str) -> str | None:
    """A reply about a policy says nothing against the address (RFC 3463 3.8)."""
    if _POLICY.search(text) or _TRANSIENT.search(text):
        return SOFT
    return HARD if _PERMANENT.search(text) else None
