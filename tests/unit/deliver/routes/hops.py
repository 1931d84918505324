"""Next hops in memory, and what they say."""

from collections.abc import Callable

from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Refused, Reply
from twofifty.deliver.ports import Envelope

A, B, C = "a.example.test:25", "b.example.test:25", "c.example.test:25"

TAKEN = Accepted(Reply(250, "ok", "2.0.0"), A)
LATER = Deferred("later", "rcpt", A, Reply(451, "later", "4.3.0"))
DEAD = Deferred("dead", "connect", A, connection=True)
BUSY = Deferred("too much", "rcpt", A, Reply(421, "too much", "4.7.0"), connection=True)
STRANGER = Deferred("later", "rcpt", A, Reply(451, "later", "4.7.1"), greylisted=True)
FULL = Deferred("full", "rcpt", A, Reply(452, "full", "4.2.2"))
WAIT = Deferred("wait", "connect", A, retry_after=9.0, waiting=True)
REST = Deferred("rest", "connect", A, connection=True, retry_after=9.0, waiting=True)
UNKNOWN = Refused("unknown", "rcpt", A, "recipient", Reply(550, "unknown", "5.1.1"))
SPAM = Refused("spam", "dot", A, "message", Reply(554, "spam", "5.7.1"))
NO_KEY = Refused("log in first", "mail", A, "route", Reply(530, "log in", "5.7.0"))
DOUBT = InDoubt("no reply", A)
LATE_421 = Deferred("down", "dot", A, Reply(421, "down", "4.3.2"), connection=True)
FENCED = Fenced()


def mail(number: int = 1, domain: str = "example.com") -> Envelope:
    return Envelope(f"m_{number}", "shop@example.net", f"buyer{number}@{domain}", b"Subject: x\r\n")


async def dot() -> bool:
    return True


class Hop:
    """A channel that says what `says` says; `seen`: the ids of all that it was offered."""

    def __init__(self, says: Outcome | Callable[[Envelope], Outcome] = TAKEN) -> None:
        self.says = says
        self.seen: list[str] = []
        self.closed = 0

    async def send(self, envelope: Envelope, dot: object) -> Outcome:
        self.seen.append(envelope.message_id)
        return self.says(envelope) if callable(self.says) else self.says

    async def close(self) -> None:
        self.closed += 1
