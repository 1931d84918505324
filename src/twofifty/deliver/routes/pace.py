"""How fast mail may leave: the generic cell rate algorithm. Pure: the time comes in.

With a burst of 1, any n + 1 mails in a row take at least n / rate seconds, wherever one begins to
count. With a larger burst any stretch of T seconds sees at most burst + rate * T mails.
"""

import msgspec


class Speed(msgspec.Struct, frozen=True):
    """`rate` mails a second, above 0; `burst` of them at once after a time without any, from 1."""

    rate: float
    burst: float = 1.0


class Pace:
    """When the next mail may leave. `waiting`: how many stand in line for that."""

    __slots__ = ("_booked", "_paid", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        self._paid = float("-inf")
        self._booked = float("-inf")

    def wait(self, now: float, speed: Speed) -> float:
        """Seconds until the next mail may leave; 0: now."""
        return max(0.0, self._paid - (speed.burst - 1) / speed.rate - now)

    def turn_in(self, now: float, speed: Speed) -> float:
        """Seconds until one may leave that stands behind all who wait."""
        ahead = self._paid + (self.waiting - speed.burst + 1) / speed.rate - now
        return max(0.0, ahead) if self.waiting else self.wait(now, speed)

    def take(self, now: float, speed: Speed) -> None:
        """A mail leaves."""
        self._paid = max(self._paid, now) + 1 / speed.rate

    def book(self, now: float, speed: Speed) -> float:
        """Seconds after which one that cannot wait here should come back: each is told a later time
        than the one before, as they can leave, so that not all of them come back at once."""
        first = now + self.turn_in(now, speed)
        self._booked = max(self._booked + 1 / speed.rate, first)
        return self._booked - now
