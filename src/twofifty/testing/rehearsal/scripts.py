"""Scripts for next hops in rehearsals: those of `twofifty.testing.named`, and a throttle."""

from twofifty.testing.moment import PROCEED, Action, Moment, Say, Script
from twofifty.testing.named import script_named

_THROTTLE = "throttle:"
_LATER = Say(451, "too many messages, try again later", "4.7.1")


def script_of(text: str) -> Script:
    """What `text` names: `throttle:N,SECONDS`, or as `script_named` reads it. Raises ValueError."""
    if not text.startswith(_THROTTLE):
        return script_named(text)
    count, _, seconds = text.removeprefix(_THROTTLE).partition(",")
    return throttle(int(count), float(seconds or 60))


def throttle(count: int, seconds: float) -> Script:
    """Of each recipient domain `count` mails in each stretch of `seconds`; 451 to the rest."""
    seen: dict[tuple[str, int], int] = {}

    def script(moment: Moment) -> Action:
        if moment.phase != "rcpt":
            return PROCEED
        domain = moment.recipient.rpartition("@")[2].lower()
        key = (domain, int(moment.seconds // seconds))
        seen[key] = seen.get(key, 0) + 1
        return PROCEED if seen[key] <= count else _LATER

    return script
