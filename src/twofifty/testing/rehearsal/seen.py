"""What was seen of a scenario, before anything is made of it. Values only; seconds since its first
order was sent."""

import msgspec


class Sample(msgspec.Struct, frozen=True):
    """One look: mails taken so far, messages that still have work, deferrals so far."""

    at: float
    taken: int
    queue: int
    deferred: int


class Order(msgspec.Struct, frozen=True):
    """An order that was accepted. `message` is the id of its confirmation, empty if it has none;
    `status`, `reason` and `attempts` are what the store says of that in the end; `doubts` how often
    its end went out without an answer. `taken` are the times at which a next hop took it."""

    id: str
    accepted: float
    message: str
    status: str = ""
    reason: str = ""
    attempts: int = 0
    doubts: int = 0
    taken: tuple[float, ...] = ()


class Shade(msgspec.Struct, frozen=True):
    """When something was wrong."""

    begin: float
    end: float
    about: str


class Seen(msgspec.Struct, frozen=True):
    """Everything about one scenario. `refused`: orders that were answered, and not with 202.
    `stopped`: somebody ended it early. `violations` are of the store's conservation law."""

    scenario: str
    about: str
    wanted: int
    seconds: float
    orders: tuple[Order, ...]
    samples: tuple[Sample, ...]
    shades: tuple[Shade, ...] = ()
    refused: int = 0
    violations: tuple[str, ...] = ()
    stopped: bool = False
