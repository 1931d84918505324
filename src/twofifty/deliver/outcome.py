"""What became of one attempt to hand a message to the next hop. Values only, no I/O.

    Accepted    250 after the final dot: the next hop has taken responsibility (RFC 5321 4.2.5)
    Deferred    4yz, or a fault before the final dot: nothing was taken, try again later
    Refused     5yz: trying the same again is pointless
    InDoubt     the final dot was sent and no reply came: taken or not, nobody here can know
    Fenced      the lease was lost before the final dot: nothing was sent, another worker has it

Only `InDoubt` can ever lead to a second copy.
"""

from typing import Literal

import msgspec

Phase = Literal["connect", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot"]
About = Literal["recipient", "message", "sender", "route"]


class Reply(msgspec.Struct, frozen=True):
    """An SMTP reply: `code` three digits, `enhanced` as of RFC 3463 (`5.1.1`) or None, `text`
    joined by single spaces, printable, at most 500 characters."""

    code: int
    text: str
    enhanced: str | None = None


class Accepted(msgspec.Struct, frozen=True, tag="accepted"):
    """The next hop answered the final dot with 2yz. `route` names the host and port."""

    reply: Reply
    route: str


class Deferred(msgspec.Struct, frozen=True, tag="deferred"):
    """Not taken; may be tried again. `reason` is one plain sentence for the timeline.

    `connection` is true where the route itself failed (no connection, TLS, greeting), so that
    another route may be tried at once. `retry_after` is the server's own hint in seconds.
    `greylisted`: the server asks every stranger to come back later, and this is why.
    `waiting`: nothing was tried, for a limit of ours or because the route is given a rest; it is
    not the message's fault, and `retry_after` is when there may be room.
    """

    reason: str
    phase: Phase
    route: str
    reply: Reply | None = None
    connection: bool = False
    retry_after: float | None = None
    waiting: bool = False
    greylisted: bool = False


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A permanent refusal, and what it is about: the recipient, the message, the sender, or the
    route itself (authentication, TLS policy)."""

    reason: str
    phase: Phase
    route: str
    about: About
    reply: Reply | None = None


class InDoubt(msgspec.Struct, frozen=True, tag="in_doubt"):
    """The final dot left and no complete reply came back."""

    reason: str
    route: str


class Fenced(msgspec.Struct, frozen=True, tag="fenced"):
    """The dot journal refused: the lease had passed to somebody else. Nothing was sent."""


Outcome = Accepted | Deferred | Refused | InDoubt | Fenced
