"""When to try again: growing, jittered, the server's own hint obeyed, then given up. Pure.

The delays grow from seconds to hours and are spread by +-25 %, so that what failed together does
not come back together. Where nobody names a time the first retry comes within a minute, whatever
was said. A message is given up two days after it was first queued (RFC 5321 4.5.4.1 asks for four
to five days of a mail server; an order confirmation that is two days late needs a person, and
`failed` with an alarm gets one).

    soon    the way failed and not the mail: no connection, a line that broke, 421, 4.3.x, 4.4.x
    usual   any other 4yz: policy, greylisting, rates
    late    what takes hours by its nature: a full mailbox (4.2.2)

`soon` is never later than `usual`, nor `usual` than `late`, and in the end all three come every
four hours.
"""

from typing import Literal

Pace = Literal["soon", "usual", "late"]

DELAYS = (5.0, 30.0, 120.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0)
PACES: dict[Pace, tuple[float, ...]] = {
    "soon": (5.0, 15.0, 60.0, 180.0, 600.0, 1_200.0, 2_400.0, 4_800.0, 9_600.0, 14_400.0),
    "usual": DELAYS,
    "late": (45.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0),
}
GIVE_UP_AFTER = 48 * 3_600.0
LEAST_ATTEMPTS = 17
"""More than a day of trying at any pace, however long the message had waited before its first
attempt."""
SPREAD = 0.25
LONGEST_HINT = 6 * 3_600.0
HINT_SPREAD = 0.1
LONGEST_HINT_SPREAD = 60.0

# RFC 3463 and the IANA registry of enhanced status codes; details before their subjects.
_ENHANCED: dict[str, Pace] = {
    "2.2": "late",  # mailbox full
    "3.1": "usual",  # mail system full
    "4.5": "usual",  # mail system congestion
    "5.3": "soon",  # too many recipients in this session
    "3": "soon",
    "4": "soon",
}
_CODES: dict[int, Pace] = {421: "soon", 454: "soon"}


def pace_of(code: int | None, enhanced: str | None = None) -> Pace:
    """How soon a retry makes sense after the reply `code`, None where none came; the more precise
    code first: enhanced detail, enhanced subject, basic code."""
    if code is None:
        return "soon"
    _, _, detail = (enhanced or "").partition(".")
    found = _ENHANCED.get(detail) or _ENHANCED.get(detail.partition(".")[0])
    return found or _CODES.get(code, "usual")


def next_delay(
    attempt: int, chance: float, hint: float | None = None, pace: Pace = "usual"
) -> float:
    """Seconds until the attempt after `attempt` (from 1). `chance` is uniform in [0, 1). A `hint`
    only ever puts it off, by a tenth or a minute more at most."""
    delays = PACES[pace]
    base = delays[min(max(attempt, 1), len(delays)) - 1]
    delay = base * (1 - SPREAD + 2 * SPREAD * chance)
    return delay if hint is None else max(delay, _after(hint, chance))


def given_up(queued_at: float, next_at: float, attempt: int) -> bool:
    """Whether an attempt at `next_at` would come too late for what was queued at `queued_at` and
    was tried `attempt` times. What was held, or lay still while we were down, has its day too."""
    return attempt >= LEAST_ATTEMPTS and next_at - queued_at > GIVE_UP_AFTER


def _after(hint: float, chance: float) -> float:
    """Not before the time that was named, and not all at the same moment after it."""
    named = min(max(hint, 0.0), LONGEST_HINT)
    return named + min(named * HINT_SPREAD, LONGEST_HINT_SPREAD) * chance
