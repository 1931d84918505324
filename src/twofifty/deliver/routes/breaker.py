"""A circuit breaker: leaves alone what keeps failing, and looks again after growing pauses. Pure.

    closed      mail goes; `after` failures in a row, or a failure that names a time, open it
    open        no mail goes for a pause, which doubles with each failure up to `longest`
    half-open   the pause is over: one mail goes to see. If it goes well the breaker closes, else
                it opens again. A mail that tells nothing lets the next one see

Nothing that happens can keep it open for longer than `longest`, or the time that was named, or keep
it half-open for longer than PROBE_LASTS.
"""

from dataclasses import dataclass

from twofifty.deliver.routes.evidence import Evidence
from twofifty.deliver.routes.recent import Recent

PROBE_LASTS = 60.0
"""Seconds after which a mail that went to see, and of which nothing was heard, counts no more."""
PROBE_REST = 1.0
"""Seconds for which others wait while one sees."""
LONGEST_NAMED = 900.0
EXCUSED = 6 * 3_600.0
"""Seconds of trouble for which a mail is not charged. After that each wait counts as an attempt, so
that what is never delivered is given up one day, with an alarm."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`after` failures in a row open; pauses grow from `first` to `longest` seconds."""

    after: int
    first: float
    longest: float


ROUTE = Patience(after=5, first=1.0, longest=30.0)
DOMAIN = Patience(after=20, first=5.0, longest=60.0)


class Breaker:
    """One breaker. All times are seconds of one clock."""

    __slots__ = ("_failures", "_pause", "_since", "_until", "_watcher_until", "patience")

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._failures = 0
        self._pause = 0.0
        self._since = 0.0
        self._until: float | None = None
        self._watcher_until = 0.0

    def ready_in(self, now: float) -> float:
        """Seconds until a mail may go; 0: now."""
        if self._until is None:
            return 0.0
        if now < self._until:
            return self._until - now
        return min(PROBE_REST, max(0.0, self._watcher_until - now))

    def begin(self, now: float) -> bool:
        """A mail goes. Whether the breaker is half-open: then it is the one that sees."""
        if self._until is None:
            return False
        self._watcher_until = now + PROBE_LASTS
        return True

    def went_well(self) -> None:
        """Closes."""
        if self._failures:
            self._failures, self._pause, self._until, self._watcher_until = 0, 0.0, None, 0.0

    def told_nothing(self) -> None:
        """A mail that went ended without news; the next one may see."""
        self._watcher_until = 0.0

    def failed(self, now: float, named: float | None = None) -> None:
        """One more failure. `named`: the seconds that the other side asked to be left alone."""
        if not self._failures:
            self._since = now
        self._failures += 1
        self._watcher_until = 0.0
        if self._until is not None and now < self._until and named is None:
            return  # a mail that began before it opened
        if self._failures >= self.patience.after or named is not None:
            self._open(now, min(named or 0.0, LONGEST_NAMED))

    def failing_for(self, now: float) -> float:
        """Seconds since the first failure after the last time that something went well."""
        return now - self._since if self._failures else 0.0

    def _open(self, now: float, named: float) -> None:
        self._pause = min(max(self._pause * 2, self.patience.first), self.patience.longest)
        self._until = max(now + max(self._pause, named), self._until or 0.0)


class Breakers:
    """The breaker of one route, and one for each recipient domain that it had trouble with.

    A line that breaks in the middle of a mail counts for both, but for the route only once a domain
    until something goes well: else one domain, whose mails alone break it, would keep all others
    waiting."""

    def __init__(self) -> None:
        self._route = Breaker(ROUTE)
        self._domains: Recent[str, Breaker] = Recent()
        self._broken: Recent[str, bool] = Recent()

    def ready_in(self, domain: str, now: float) -> float:
        """Seconds until a mail for `domain` may go; 0: now."""
        known = self._domains.get(domain)
        ready = self._route.ready_in(now)
        return max(ready, known.ready_in(now)) if known else ready

    def begin(self, domain: str, now: float) -> bool:
        """A mail for `domain` goes. Whether it is the one that sees if the route is back: nobody
        waits for what comes of one whose domain has just broken the line."""
        known = self._domains.get(domain)
        if known:
            known.begin(now)
        return domain not in self._broken and self._route.begin(now)

    def heard(self, domain: str, said: Evidence, now: float, named: float | None = None) -> None:
        """Notes how it went; `named` as of `Breaker.failed`."""
        if said == "nothing":
            self.abandoned(domain)
        elif said == "route":
            self._route.failed(now, named)
            self._quiet(domain)
        elif said == "broken":
            self._broke(domain, now)
        elif said in ("good", "alive"):
            self._well()
            self._domains.drop(domain)
        else:
            self._well()
            self._of(domain).failed(now)

    def abandoned(self, domain: str) -> None:
        """Nothing was learnt from a mail for `domain` that went."""
        self._route.told_nothing()
        self._quiet(domain)

    def failing_for(self, domain: str, now: float) -> float:
        """See `Breaker.failing_for`: the longer of the route's and the domain's."""
        known = self._domains.get(domain)
        return max(self._route.failing_for(now), known.failing_for(now) if known else 0.0)

    def _well(self) -> None:
        self._route.went_well()
        if len(self._broken):
            self._broken = Recent()

    def _broke(self, domain: str, now: float) -> None:
        self._of(domain).failed(now)
        if domain not in self._broken:
            self._broken.put(domain, True)
            self._route.failed(now)

    def _of(self, domain: str) -> Breaker:
        return self._domains.get(domain) or self._domains.put(domain, Breaker(DOMAIN))

    def _quiet(self, domain: str) -> None:
        known = self._domains.get(domain)
        if known:
            known.told_nothing()
