"""Who is on the way and who waits, by recipient domain. Pure: the time comes in.

Places are given in turns by domain, so that ten thousand mails for one domain do not stand in the
way of one for another. No domain takes more than its part of the places, and one whose mails take
long takes a quarter of that: the rest stays free for the others.
"""

from collections import OrderedDict, deque
from typing import Generic, TypeVar

from twofifty.deliver.routes.recent import Recent

W = TypeVar("W")

SLOW = 10.0
"""Seconds of a mail on its way from which on its domain counts as slow."""
SLOWED = 4
NEWEST = 1 / 4
"""How much the latest duration counts in a domain's usual one."""


class Crowd(Generic[W]):
    """`most` places, of which one domain takes `part` at most. W: whoever waits."""

    def __init__(self, most: int, part: int) -> None:
        self.most = most
        self.part = part
        self.taken = 0
        self._begun: dict[str, deque[float]] = {}
        self._usual: Recent[str, float] = Recent()
        self._lines: OrderedDict[str, deque[W]] = OrderedDict()

    def enter(self, domain: str, now: float) -> bool:
        """Takes a place at `now` if there is one for `domain` and no mail for it waits already."""
        if self.taken >= self.most or domain in self._lines or not self._fits(domain, now):
            return False
        self._enter(domain, now)
        return True

    def leave(self, domain: str, began: float, now: float) -> None:
        """Gives back the place that was taken at `began`."""
        self.taken -= 1
        begun = self._begun[domain]
        begun.remove(began)
        if not begun:
            del self._begun[domain]
        usual = self._usual.get(domain)
        took = now - began
        self._usual.put(domain, took if usual is None else usual + (took - usual) * NEWEST)

    def join(self, domain: str, waiter: W) -> None:
        """Stands in line for `domain`."""
        self._lines.setdefault(domain, deque()).append(waiter)

    def forget(self, domain: str, waiter: W) -> None:
        """Waits no more."""
        line = self._lines.get(domain)
        if line is None or waiter not in line:
            return
        line.remove(waiter)
        if not line:
            del self._lines[domain]

    def call(self, now: float) -> W | None:
        """Whose turn it is, with a place taken for it at `now`; None: nobody's."""
        if self.taken >= self.most:
            return None
        for domain in self._lines:
            if self._fits(domain, now):
                return self._served(domain, now)
        return None

    def expected(self, domain: str, now: float) -> float:
        """Seconds that one more would wait, as far as one can tell from how long mails for `domain`
        take; 0 where nothing is known."""
        line = self._lines.get(domain)
        ahead = len(line) + 1 if line else 1
        return ahead * self._takes(domain, now) / self._part(domain, now)

    def _enter(self, domain: str, now: float) -> None:
        self.taken += 1
        begun = self._begun.get(domain)
        if begun is None:
            self._begun[domain] = deque((now,))
        else:
            begun.append(now)

    def _served(self, domain: str, now: float) -> W:
        line = self._lines[domain]
        waiter = line.popleft()
        if line:
            self._lines.move_to_end(domain)
        else:
            del self._lines[domain]
        self._enter(domain, now)
        return waiter

    def _fits(self, domain: str, now: float) -> bool:
        begun = self._begun.get(domain)
        return begun is None or len(begun) < self._part(domain, now)

    def _part(self, domain: str, now: float) -> int:
        return self.part if self._takes(domain, now) < SLOW else max(1, self.part // SLOWED)

    def _takes(self, domain: str, now: float) -> float:
        """Seconds that a mail for `domain` takes: usually, or the eldest on its way already."""
        begun = self._begun.get(domain)
        eldest = now - begun[0] if begun else 0.0
        return max(eldest, self._usual.get(domain) or 0.0)
