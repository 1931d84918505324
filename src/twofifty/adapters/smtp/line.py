"""The messages that wait for a connection, and whose turn it is.

First come, first served, but no recipient domain has all connections: where the mails for one take
long, as behind a server that hands on what it hears, the others go on.
"""

from collections import Counter, deque
from collections.abc import Iterable

from twofifty.adapters.smtp.offered import Offered
from twofifty.deliver.routes.evidence import domain_of


class Seat:
    """A connection at work; `domain`: whom it has carried mail for last, empty before the first."""

    __slots__ = ("domain",)

    def __init__(self) -> None:
        self.domain = ""


class Line:
    """`part`: how many connections may carry mail for one domain."""

    def __init__(self, part: int) -> None:
        self._part = part
        self._waiting: deque[Offered] = deque()
        self._seated: Counter[str] = Counter()

    def join(self, offered: Offered) -> None:
        """At the end."""
        self._waiting.append(offered)

    def rejoin(self, offered: Iterable[Offered]) -> None:
        """At the front, in this order: they had their turn already."""
        self._waiting.extendleft(reversed(list(offered)))

    def take(self, seat: Seat) -> Offered | None:
        """Whose turn it is on that connection; None: nobody's. Who has given up is passed over."""
        waiting = enumerate(self._waiting)
        place = next((at for at, offered in waiting if self._may(seat, offered)), None)
        if place is None:
            self._clear()
            return None
        offered = self._waiting[place]
        del self._waiting[place]
        return self._sit(seat, offered)

    def take_newest(self, seat: Seat) -> Offered | None:
        """Who joined last, where the connection may carry it: all others were asked for before."""
        if not self._waiting or not self._may(seat, self._waiting[-1]):
            return None
        return self._sit(seat, self._waiting.pop())

    def leave(self, seat: Seat) -> None:
        """The connection is not at work any more."""
        self._change(seat, "")

    def empty(self) -> list[Offered]:
        """All that wait, who wait no more."""
        left, self._waiting = list(self._waiting), deque()
        return left

    def _may(self, seat: Seat, offered: Offered) -> bool:
        domain = domain_of(offered.envelope.recipient)
        room = domain == seat.domain or self._seated[domain] < self._part
        return room and not offered.is_over()

    def _sit(self, seat: Seat, offered: Offered) -> Offered:
        self._change(seat, domain_of(offered.envelope.recipient))
        return offered

    def _change(self, seat: Seat, domain: str) -> None:
        if domain == seat.domain:
            return
        self._seated[seat.domain] -= 1
        if not self._seated[seat.domain]:
            del self._seated[seat.domain]
        self._seated[domain] += 1
        seat.domain = domain

    def _clear(self) -> None:
        """Forgets who has given up."""
        if any(offered.is_over() for offered in self._waiting):
            self._waiting = deque(one for one in self._waiting if not one.is_over())
