"""The words of a script: the moment at which it is asked, and the actions it may answer.

At each phase of a session the receiver asks its script once: what now? `Proceed` is what a plain
server would do. Where an action has `take`, it matters only after the final dot: true stores the
message although the client never hears of it.
"""

from collections.abc import Callable

import msgspec

from twofifty.deliver.outcome import Phase

PHASES: tuple[Phase, ...] = (
    "connect",
    "greeting",
    "ehlo",
    "starttls",
    "auth",
    "mail",
    "rcpt",
    "data",
    "dot",
)


class Moment(msgspec.Struct, frozen=True):
    """All that is known when the script is asked.

    `session` counts connections from 1, `message` the MAIL commands within one. `recipient` is
    the one being asked about at `rcpt`, else the first accepted. `parameters` are what stood behind
    the address at `mail` and `rcpt`, as it was written. `data` is there at `dot` only.
    `seconds` is the receiver's clock, `user` who has authenticated.
    """

    phase: Phase
    session: int
    seconds: float
    message: int = 0
    peer: str = ""
    secure: bool = False
    user: str = ""
    sender: str = ""
    recipient: str = ""
    recipients: tuple[str, ...] = ()
    data: bytes = b""
    parameters: str = ""


class Proceed(msgspec.Struct, frozen=True):
    """The ordinary reply, and the message is taken where it comes to that."""


class Say(msgspec.Struct, frozen=True):
    """This reply instead. Any code but 2yz (354 at `data`) also means: not taken.

    421 and `hang_up` close the connection after the reply (RFC 5321 3.8). A refusal of the
    connection or greeting with 554 leaves it open, as RFC 5321 3.1 asks; all is then 503.
    """

    code: int
    text: str
    enhanced: str | None = None
    hang_up: bool = False


class Drop(msgspec.Struct, frozen=True):
    """Closes the connection without a reply."""

    take: bool = False


class Reset(msgspec.Struct, frozen=True):
    """Ends the connection without a reply and without a proper close (TCP RST): whatever was on its
    way to the client is lost as well."""

    take: bool = False


class Cut(msgspec.Struct, frozen=True):
    """The ordinary reply (354 at `data`), then closes once `after` more bytes have come: of the
    content after `data`, of the BDAT after `rcpt`. Fewer bytes are never answered."""

    after: int = 0


class Hang(msgspec.Struct, frozen=True):
    """Never replies; the connection stays open until the client has had enough."""

    take: bool = False


class Delay(msgspec.Struct, frozen=True):
    """Waits for real `seconds`, then does what `then` says."""

    seconds: float
    then: "Action" = Proceed()


class Drip(msgspec.Struct, frozen=True):
    """The reply, at so many bytes per second."""

    bytes_per_second: float
    then: Proceed | Say = Proceed()


class Raw(msgspec.Struct, frozen=True):
    """These bytes in place of a reply, whatever they are."""

    data: bytes
    take: bool = False
    hang_up: bool = False


class Lie(msgspec.Struct, frozen=True):
    """At `dot`: says 250 and throws the message away."""


Action = Proceed | Say | Drop | Reset | Cut | Hang | Delay | Drip | Raw | Lie

Script = Callable[[Moment], Action]
"""Asked at every phase. May remember things: one receiver asks it from one thread only."""

PROCEED = Proceed()
