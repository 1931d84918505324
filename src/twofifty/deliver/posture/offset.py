"""Whether this machine's clock is right, by what others say of the time."""

from collections.abc import Sequence

import msgspec

from twofifty.deliver.posture.finding import Finding, unchecked

NAME = "clock"
NOTICED = 30.0
WRONG = 300.0


class Heard(msgspec.Struct, frozen=True):
    """`who` said a time that is `seconds` after ours (before: negative)."""

    who: str
    seconds: float


def judge_clock(heard: Sequence[Heard], asked: Sequence[str]) -> Finding:
    """The middle one of what was heard; whoever lies alone is outvoted."""
    if not heard:
        whom = (
            f"{', '.join(asked)} did not say the time"
            if asked
            else "no setting names an HTTPS host to compare with"
        )
        return unchecked(NAME, whom)
    ordered = sorted(heard, key=lambda one: one.seconds)
    middle = ordered[len(ordered) // 2]
    off = abs(middle.seconds)
    way = "behind" if middle.seconds > 0 else "ahead of"
    words = f"this clock is {off:.0f} s {way} {middle.who}"
    if off >= WRONG:
        return Finding(NAME, "fail", f"{words}: signatures and tokens fail; set it by NTP")
    if off >= NOTICED:
        return Finding(NAME, "warn", f"{words}; set it by NTP")
    return Finding(NAME, "ok", f"within {max(off, 1.0):.0f} s of {middle.who}")
