"""What a server says about waiting: how long, and whether it is greylisting. Pure.

Prose never decides what a reply means, only when to come back. A number counts as a waiting time
only after a word about trying again or waiting, and never as more than a day.
"""

import re

from twofifty.deliver.outcome import Phase, Reply

LONGEST_HINT = 86_400.0

_UNIT = r"(?:s(?:ecs?|econds?)?|m(?:ins?|inutes?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)"
_SPAN = rf"\d{{1,6}} ?-?{_UNIT}(?![a-z])"
_CUE = re.compile(
    r"\b(?:again|back|retry|retry-after|reconnect|resend|wait|delay(?:ed)?"
    r"|gr[ae]y-?list(?:ed|ing)?|deferred|blocked|throttled|limited)\b"
    r"(?:,? (?:again|back|later|in|after|for|until|about|at least|another|approximately|around"
    r"|the next|please|connecting|sending|delivery|is|you|your mail|message|time)){0,4}"
    r"[ :=,;(\[<~]{1,3}"
    rf"(?:(?P<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)(?![\d:])"
    rf"|(?P<spans>{_SPAN}(?:(?: ?, ?| and | )?{_SPAN})*)"
    r"|(?P<bare>\d{1,6})(?![\w:%]|[.,/-]\d| ?(?:am|pm|of|th|messages?|recipients?)\b))",
    re.IGNORECASE,
)
_PART = re.compile(r"(\d+)[ -]*([smhd])", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

_GREY = re.compile(r"\bgr[ae]y[- ]?list", re.IGNORECASE)
_GREY_CODES = {(450, "4.2.0"), (451, "4.7.1")}
"""What postgrey and milter-greylist say to RCPT without further words."""


def waiting(text: str) -> float | None:
    """Seconds that the server asks us to wait, up to a day; None where it does not."""
    seconds = next((_seconds(found) for found in _CUE.finditer(text)), 0)
    return min(float(seconds), LONGEST_HINT) if seconds > 0 else None


def is_greylisting(reply: Reply, phase: Phase) -> bool:
    """Whether a 4yz is a greylist's: it says so, or it is the codes that greylists use."""
    if reply.code // 100 != 4:
        return False
    return bool(_GREY.search(reply.text)) or (
        phase == "rcpt" and (reply.code, reply.enhanced or "") in _GREY_CODES
    )


def _seconds(found: re.Match[str]) -> int:
    if found["clock"]:
        parts = [int(part) for part in found["clock"].split(":")]
        hours, minutes, seconds = [0, *parts] if len(parts) == 2 else parts
        return hours * 3_600 + minutes * 60 + seconds
    if found["spans"]:
        return sum(int(n) * _SECONDS[unit.lower()] for n, unit in _PART.findall(found["spans"]))
    return int(found["bare"])
