"""Ready-made scripts for the receiver, and ways to compose them.

A script *steps in* where it answers anything but `Proceed`. The composers are built on that word,
so they compose: `sometimes(0.02, take_then_drop, otherwise=greylist())`.
"""

import random
from collections.abc import Mapping

from twofifty.deliver.outcome import Phase
from twofifty.testing.moment import (
    PROCEED,
    Action,
    Cut,
    Delay,
    Drip,
    Drop,
    Hang,
    Lie,
    Moment,
    Proceed,
    Raw,
    Reset,
    Say,
    Script,
)

GARBAGE = b"\x00\xff\xfe 25O-ok?\r\x07\xc3(\r\n\r\n250"
"""No reply by any grammar: NUL, bytes that are not UTF-8, a letter in the code, a bare CR."""


def accept(moment: Moment) -> Action:
    """A plain server: takes everything."""
    return PROCEED


def at(phase: Phase, action: Action) -> Script:
    """Does `action` whenever `phase` is reached."""

    def script(moment: Moment) -> Action:
        return action if moment.phase == phase else PROCEED

    return script


def refuse_at(
    phase: Phase, code: int = 550, enhanced: str | None = None, text: str = "refused"
) -> Script:
    """A permanent refusal, 5yz."""
    return at(phase, Say(_class(code, 5), text, enhanced))


def defer_at(
    phase: Phase, code: int = 451, enhanced: str | None = None, text: str = "try again later"
) -> Script:
    """A passing refusal, 4yz; 421 also closes the connection."""
    return at(phase, Say(_class(code, 4), text, enhanced))


def drop_at(phase: Phase) -> Script:
    """Closes the connection instead of replying. At `dot` the message is not taken."""
    return at(phase, Drop())


def reset_at(phase: Phase) -> Script:
    """Breaks the connection off (TCP RST) instead of replying."""
    return at(phase, Reset())


drop_before_dot: Script = at("data", Cut())
"""Says 354 and closes at once."""

drop_after_dot_untaken: Script = at("dot", Drop())
"""Reads the whole message, throws it away and closes without a reply."""

take_then_drop: Script = at("dot", Drop(take=True))
"""Stores the message and closes without a reply: the client cannot know."""

take_then_hang: Script = at("dot", Hang(take=True))
"""Stores the message and never replies."""

lie: Script = at("dot", Lie())
"""Says 250 and stores nothing."""


def hang_at(phase: Phase) -> Script:
    """Never replies. At `dot` the message is not taken."""
    return at(phase, Hang())


def delay_at(phase: Phase, seconds: float) -> Script:
    """The ordinary reply, late."""
    return at(phase, Delay(seconds))


def drip_at(phase: Phase, bytes_per_second: float) -> Script:
    """The ordinary reply, a few bytes at a time."""
    return at(phase, Drip(bytes_per_second))


def garbage_at(phase: Phase, data: bytes = GARBAGE) -> Script:
    """Bytes that are no reply."""
    return at(phase, Raw(data))


def flood_at(phase: Phase, size: int = 1 << 20) -> Script:
    """A single reply line of `size` bytes, with no end of line before the last two of them."""
    return at(phase, Raw(b"250 ".ljust(size - 2, b"x") + b"\r\n"))


def greylist(times: int = 1, seconds: float = 0.0) -> Script:
    """Says 451 4.7.1 to each (peer, sender, recipient) until it has been refused `times` times
    and, by the receiver's clock, `seconds` have passed since it was first seen."""
    seen: dict[tuple[str, str, str], list[float]] = {}
    later = Say(451, "greylisted, try again later", "4.7.1")

    def script(moment: Moment) -> Action:
        if moment.phase != "rcpt":
            return PROCEED
        visits = seen.setdefault((moment.peer, moment.sender, moment.recipient), [])
        if len(visits) >= times and (not visits or moment.seconds >= visits[0] + seconds):
            return PROCEED
        visits.append(moment.seconds)
        return later

    return script


def sometimes(share: float, script: Script, otherwise: Script = accept, seed: int = 1) -> Script:
    """Where `script` would step in, it does so with probability `share`; `otherwise` decides
    the rest. The draws come from `random.Random(seed)`, one for each time it would step in."""
    draw = random.Random(seed).random

    def mixed(moment: Moment) -> Action:
        action = script(moment)
        if isinstance(action, Proceed) or draw() >= share:
            return otherwise(moment)
        return action

    return mixed


def first(n: int, script: Script, then: Script = accept) -> Script:
    """`script` decides until it has stepped in `n` times, `then` decides ever after."""
    used = 0

    def counted(moment: Moment) -> Action:
        nonlocal used
        action = script(moment) if used < n else PROCEED
        if isinstance(action, Proceed):
            return then(moment)
        used += 1
        return action

    return counted


def by_recipient(scripts: Mapping[str, Script], otherwise: Script = accept) -> Script:
    """A script for each recipient. Keys are addresses or, as `@example.test`, domains; compared
    without regard to case. Before a recipient is named, `otherwise` decides."""
    table = {key.lower(): script for key, script in scripts.items()}

    def chosen(moment: Moment) -> Action:
        address = moment.recipient.lower()
        domain = "@" + address.rpartition("@")[2]
        return table.get(address, table.get(domain, otherwise))(moment)

    return chosen


def any_of(*scripts: Script) -> Script:
    """The first of `scripts` that steps in decides."""

    def chosen(moment: Moment) -> Action:
        for script in scripts:
            action = script(moment)
            if not isinstance(action, Proceed):
                return action
        return PROCEED

    return chosen


def _class(code: int, first_digit: int) -> int:
    if code // 100 != first_digit:
        raise ValueError(f"{code} is not a {first_digit}yz code")
    return code
