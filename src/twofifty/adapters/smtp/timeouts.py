"""How long a reply may take, by phase. The deadline is the whole reply's, not a byte's."""

import msgspec

from twofifty.deliver.outcome import Phase


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds. RFC 5321 4.5.3.2 allows less patience than it recommends, save at the end:
    a client that gives up on the final dot too early makes doubles, so `dot` keeps its 10 minutes.
    `block` is how long the server may stop reading the message."""

    connect: float = 30.0
    command: float = 60.0
    data: float = 120.0
    block: float = 180.0
    dot: float = 600.0
    quit: float = 2.0

    def reply_to(self, phase: Phase) -> float:
        """The deadline of the reply to what is sent in `phase`."""
        if phase == "dot":
            return self.dot
        return self.data if phase == "data" else self.command


def timeouts_for(seconds: float | None) -> Timeouts:
    """The defaults, or `seconds` for everything where a route asks for it."""
    if seconds is None:
        return Timeouts()
    return Timeouts(
        connect=seconds,
        command=seconds,
        data=seconds,
        block=seconds,
        dot=seconds,
        quit=min(seconds, Timeouts().quit),
    )
