"""How long each recipient domain greylists, learnt from what it does. Pure: the time comes in.

A server that greylists puts off what it has not seen before, and takes the same mail when it comes
again after a time that it seldom names. For each domain two bounds of that time are kept: the
longest after which a mail was still put off, the shortest after which one was taken. The next mail
comes again at the upper bound, or between the two while they are far apart. Where a mail is put off
beyond the upper bound the domain is learnt anew.
"""

import math
from dataclasses import dataclass

from twofifty.deliver.routes.recent import Recent

CLOSE = 1.3
MARGIN = 1.05
SHORTEST = 1.0
LONGEST = 6 * 3_600.0


@dataclass(frozen=True, slots=True)
class Window:
    """`still`: seconds after which a mail was put off again; `taken`: after which one was taken."""

    still: float
    taken: float

    @property
    def wait(self) -> float:
        """When to try the next mail, in seconds after it was first put off."""
        if self.taken > self.still * CLOSE:
            return math.sqrt(self.still * self.taken)
        return self.taken * MARGIN


class Greylists:
    """What is known of domains, and of the mails that were put off."""

    def __init__(self) -> None:
        self._windows: Recent[str, Window] = Recent()
        self._waiting: Recent[str, tuple[float, float]] = Recent()

    def put_off(self, message_id: str, domain: str, now: float) -> float | None:
        """A mail was greylisted: seconds until it will pass, as far as is known."""
        first, _ = self._waiting.get(message_id) or (now, now)
        self._waiting.put(message_id, (first, now))
        window = self._windows.get(domain)
        if window is None:
            return None
        waited = now - first
        if waited >= window.taken:
            self._windows.drop(domain)
            return None
        if waited > window.still:
            window = self._windows.put(domain, Window(waited, window.taken))
        return max(SHORTEST, self._next(window, waited))

    def taken(self, message_id: str, domain: str, now: float) -> None:
        """A mail was taken: if it had been greylisted, that is how long it takes."""
        known = self._waiting.drop(message_id)
        if known is None or not SHORTEST <= now - known[0] <= LONGEST:
            return
        first, last = known
        window = self._windows.get(domain)
        still = max(SHORTEST, last - first, window.still if window else 0.0)
        taken = min(now - first, window.taken if window else LONGEST)
        self._windows.put(domain, Window(min(still, taken), taken))

    def _next(self, window: Window, waited: float) -> float:
        if waited < window.wait:
            return window.wait - waited
        return window.taken * MARGIN - waited
