"""Why a mail was given back: decided from what the server said, its codes, and when it said so.

Words go before codes, for sites answer 5.1.1 to a full mailbox and 550 to anything. Pure.

A verdict of `hard` stops all mail to an address, receipts too, so it needs more than the formula
"user unknown", which some sites (the Japanese carriers among them) answer after DATA to every mail
that their customer does not want: either the words cannot be meant otherwise, or a status of the
address (X.1.X) stands beside them, or the reply was to RCPT, or no server was asked at all.
"""

import re
from functools import cache, lru_cache
from typing import Final

import msgspec

from twofifty.track.bounce import codes
from twofifty.track.bounce.address import ADDRESS
from twofifty.track.bounce.reason import CLASS_OF, Reason
from twofifty.track.bounce.words import address, later, mail, tongues
from twofifty.track.bounce.words.table import phrases

_LONGEST: Final = 1_200
_AROUND: Final = 8_000
"""Characters around it in which a witness is looked for, for each of many recipients."""


class Said(msgspec.Struct, frozen=True):
    """What is known of one recipient: what the server said, the `Status` field, the reply code,
    the action, and what stands around it in the notice."""

    text: str
    status: str = ""
    code: int | None = None
    action: str = ""
    around: str = ""


def _one(english: str, foreign: str = "") -> re.Pattern[str]:
    """One pattern of many phrases: English ones begin at a word, others may not have words."""
    begun = (rf"\b(?:{phrase})" for phrase in phrases(english))
    anywhere = (f"(?:{phrase})" for phrase in phrases(foreign))
    return re.compile("|".join((*begun, *anywhere)), re.IGNORECASE)


_ORDER: Final[tuple[tuple[Reason, str, str], ...]] = (
    ("mailbox_full", address.FULL, tongues.FULL),
    ("network", later.NAMING, ""),
    ("blocked", mail.GREETING, ""),
    ("no_mail_accepted", address.NO_MAIL, ""),
    ("moved", address.MOVED, ""),
    ("sender", mail.SENDER, ""),
    ("relay", mail.RELAY, ""),
    ("greylisted", later.GREYLISTED, ""),
    ("reverse_dns", mail.REVERSE_DNS, ""),
    ("authentication", mail.AUTHENTICATION, ""),
    ("virus", mail.VIRUS, ""),
    ("disabled", later.DISABLED, tongues.DISABLED),
    ("user_unknown", address.UNKNOWN, tongues.UNKNOWN),
    ("host_unknown", address.HOST, tongues.HOST),
    ("spam", mail.SPAM, tongues.SPAM),
    ("too_big", mail.TOO_BIG, ""),
    ("filtered", later.FILTERED, ""),
    ("rate", later.RATE, ""),
    ("blocked", mail.BLOCKED, ""),
    ("encryption", mail.ENCRYPTION, ""),
    ("format", mail.FORMAT, ""),
    ("content", mail.CONTENT, ""),
    ("loop", later.LOOP, ""),
    ("network", later.NETWORK, ""),
    ("expired", later.EXPIRED, tongues.EXPIRED),
    ("protocol", mail.PROTOCOL, ""),
    ("system", later.SYSTEM, tongues.LATER),
    ("on_hold", later.ON_HOLD, ""),
    ("policy", mail.POLICY, ""),
    ("user_unknown", address.DOUBTED, ""),
)
_VAGUE: Final = ("policy", "on_hold", "system")
"""Words so general that a code says more."""
_BARE: Final = _one(address.BARE)
_URL: Final = re.compile(r"https?://[^\s>)\"']{1,400}", re.IGNORECASE)
_TYPED: Final = re.compile(r"\brfc-?822;|\b(?:dns|smtp);", re.IGNORECASE)
_MEANT: Final = re.compile(r"[?&]p=([A-Za-z]{4,40})")
_QUOTED: Final = re.compile(
    r"(?:other server returned|response(?: from the remote server)?|server) was: ?"
    r"|\d{3}-'|\bOut: (?=[45]\d\d)",
    re.IGNORECASE,
)
"""After this the server itself speaks, and before it whoever reports what the server said."""
_SOMEBODY: Final = re.compile(rf"<?{ADDRESS}>?")
_ABOUT_OTHER: Final = re.compile(
    r"sender|mailbox full|over quota|mail from|disabled", re.IGNORECASE
)
_TO_RCPT: Final = re.compile(
    r"RCPT[ _-]TO\b|(?:after|to|:)\s?RCPT\b|RCPT command|recipient table|recipient address rejected"
    r"|does not like recipient|mail\.local: ",
    re.IGNORECASE,
)
_NAMES_IT: Final = re.compile(
    r"[45]\d\d:?[ -](?:[45]\.\d{1,3}\.\d{1,3} )?<?[^\s<>@]{1,200}@[^\s<>@]{1,200}>?(?:: |\.\.\.)"
)
"""How Postfix and Sendmail answer RCPT: the reply begins with the address."""
_TO_DATA: Final = re.compile(
    r"end of DATA|final DATA|after I sent the message|>>> DATA|DATA command"
)


@cache
def _patterns() -> tuple[tuple[Reason, re.Pattern[str]], ...]:
    """Compiled at the first bounce: no start of a service waits for it."""
    return tuple((reason, _one(english, foreign)) for reason, english, foreign in _ORDER)


def reason_of(said: Said) -> Reason:
    """The reason, in one word. What is only refused for now does not prove an address wrong."""
    reason = _reason(said)
    return "on_hold" if _for_now(said) and CLASS_OF[reason] == "hard" else reason


def _for_now(said: Said) -> bool:
    code = said.code or 0
    if said.status.startswith("4"):
        return code < 500
    return 400 <= code < 500 and not said.status


def _reason(said: Said) -> Reason:
    spoken = _plain(said.text)
    found = _by_words(spoken, said) if spoken else None
    if found is None or found in _VAGUE:
        found = _by_codes(said) or found
    if found is None and said.around:
        beside = _by_words(_plain(said.around), said)
        found = None if beside in _VAGUE else beside
    return found or codes.of_codes(said.code, said.status or codes.telling(said.text))


def _plain(text: str) -> str:
    """What was said without addresses and links, which are full of words that mean nothing. What
    Google means stands in its link, and stays."""
    quoted = _QUOTED.split(text[:_LONGEST])
    short = quoted[-1] if len(quoted[-1]) > 8 else text[:_LONGEST]
    linked = _URL.sub(lambda link: " ".join(_MEANT.findall(link[0])) or " ", short)
    linked = _TYPED.sub(" ", linked)
    return re.sub(r"\s+", " ", _SOMEBODY.sub("<>", linked))


def _by_words(spoken: str, said: Said) -> Reason | None:
    if _BARE.search(spoken) and not _ABOUT_OTHER.search(spoken):
        return "user_unknown" if _witnessed(said) else "filtered"
    return _first(spoken)


@lru_cache(maxsize=256)
def _first(spoken: str) -> Reason | None:
    """The first reason in whose words it is. Kept, for many recipients share one text."""
    return next((reason for reason, words in _patterns() if words.search(spoken)), None)


def _witnessed(said: Said) -> bool:
    """Whether more than the formula speaks against the address."""
    known = (*codes.statuses(said.text), said.status)
    if any(status.startswith(("5.1.", "4.1.")) for status in known):
        return True
    told = f"{said.text[:_LONGEST]}\n{said.around[:_AROUND]}"
    if said.code is None or _TO_RCPT.search(told):
        return True
    return bool(_NAMES_IT.search(said.text[:_LONGEST])) and not _TO_DATA.search(told)


def _by_codes(said: Said) -> Reason | None:
    for status in (codes.telling(said.text), said.status):
        if codes.is_telling(status):
            return codes.of_status(status)
    return None
