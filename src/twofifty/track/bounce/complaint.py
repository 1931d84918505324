"""Complaints: feedback reports (ARF, RFC 5965, with RFC 6591 and 6650), X-ARF, and what Microsoft's
junk mail programme sends. Pure."""

import re
from typing import Final

from twofifty.track.bounce import xarf
from twofifty.track.bounce.address import addresses_of, tidy
from twofifty.track.bounce.fields import every, first
from twofifty.track.bounce.report import Fields, Recipient
from twofifty.track.bounce.sheets import Sheets
from twofifty.track.bounce.words import notices
from twofifty.track.bounce.words.table import pattern

_MICROSOFT: Final = re.compile(r"complaint about message from", re.IGNORECASE)
_INLINE: Final = re.compile(r"^Feedback-Type:[ \t]*(\S{1,40})", re.IGNORECASE | re.MULTILINE)
_SPOKEN: Final = pattern(notices.COMPLAINT)
_ABUSE: Final[Fields] = (("feedback-type", "abuse"),)
_WHO: Final = (
    "original-rcpt-to",
    "removal-recipient",
    "final-recipient",
    "complainant",
    "x-hmxmroriginalrecipient",
)


def feedback_of(sheets: Sheets) -> Fields | None:
    """The report's fields, whatever form they came in; None where nobody complains."""
    stated = next(filter(None, (*sheets.feedback, *xarf.reports(sheets))), None)
    if stated:
        return stated
    if sheets.enclosed and _INLINE.search(sheets.text):
        return _inline(sheets.text)
    return _ABUSE if any(sign(sheets) for sign in (_is_typed, _is_microsoft, _is_spoken)) else None


def _is_typed(sheets: Sheets) -> bool:
    """Whether it calls itself a feedback report, which may be empty or broken."""
    typed = "feedback-report" in first(sheets.head, "content-type").lower()
    return typed or bool(sheets.feedback)


def _is_microsoft(sheets: Sheets) -> bool:
    subject = first(sheets.head, "subject")
    whose = first(sheets.original, "x-hmxmroriginalrecipient")
    return bool(whose) and bool(_MICROSOFT.search(subject))


def _is_spoken(sheets: Sheets) -> bool:
    return sheets.enclosed and bool(_SPOKEN.search(sheets.text[:1_000]))


def complained(given: Fields, sheets: Sheets) -> tuple[Recipient, ...]:
    """Whose complaint it is, where it says so: some reporters black the address out."""
    stated = [
        value for name in _WHO for value in (*every(given, name), *every(sheets.original, name))
    ]
    found = [one for value in stated for one in (*addresses_of(value), tidy(value))[:1] if one]
    if not found:
        found = [*addresses_of(first(sheets.original, "to", "delivered-to", "x-rcpt-to"))[:1]]
    kind = first(given, "feedback-type").lower()
    return tuple(
        Recipient(one, "complaint", diagnostic=kind, status="") for one in dict.fromkeys(found)
    )


def _inline(text: str) -> Fields:
    lines = (
        line.partition(":") for line in text.split("\n") if re.match(r"[A-Za-z-]{3,40}:", line)
    )
    return tuple((name.lower(), value.strip()) for name, _, value in lines)
