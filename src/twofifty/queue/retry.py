"""When to try again: growing, jittered, the server's own hint obeyed, then given up. Pure.

The delays double from seconds to hours and are spread by +-25 %, so that what failed together
does not come back together. A message is given up two days after it was first queued
(RFC 5321 4.5.4.1 asks for four to five days of a mail server; an order confirmation that is two
days late needs a person, and `failed` with an alarm gets one).
"""

DELAYS = (5.0, 30.0, 120.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0)
GIVE_UP_AFTER = 48 * 3_600.0
LEAST_ATTEMPTS = 17
"""More than a day of trying, however long the message had waited before its first attempt."""
SPREAD = 0.25
LONGEST_HINT = 6 * 3_600.0


def next_delay(attempt: int, chance: float, hint: float | None = None) -> float:
    """Seconds until the attempt after `attempt` (from 1). `chance` is uniform in [0, 1)."""
    base = DELAYS[min(max(attempt, 1), len(DELAYS)) - 1]
    delay = base * (1 - SPREAD + 2 * SPREAD * chance)
    return max(delay, min(hint, LONGEST_HINT)) if hint is not None else delay


def given_up(queued_at: float, next_at: float, attempt: int) -> bool:
    """Whether an attempt at `next_at` would come too late for what was queued at `queued_at` and
    was tried `attempt` times. What was held, or lay still while we were down, has its day too."""
    return attempt >= LEAST_ATTEMPTS and next_at - queued_at > GIVE_UP_AFTER
