"""What a scheme of this folder says of itself, beyond `intake.ports.Scheme`: where its signature
stands and what time it claims. `Any` decides by it, and a diagnosis explains with it."""

from datetime import datetime
from typing import Protocol, runtime_checkable

from twofifty.errors import TwofiftyError
from twofifty.intake.ports import Hook, Scheme


class NotSignable(TwofiftyError):
    """Only the platform can make this signature, or it cannot stand in a header."""


@runtime_checkable
class Marked(Scheme, Protocol):
    """A scheme whose signature can be found without being checked."""

    def marks(self) -> tuple[str, ...]:
        """Where the signature stands: header names in lower case, `?name` for a parameter of the
        URL, `body` for a field of the body."""
        ...

    def carried(self, hook: Hook) -> bool:
        """Whether `hook` has a signature of this scheme, right or wrong."""
        ...

    def needs(self) -> tuple[str, ...]:
        """The options of the source without which nothing is verified."""
        ...

    def claimed(self, hook: Hook) -> datetime | None:
        """When the signature says it was made; None where it does not say, or not readably."""
        ...
