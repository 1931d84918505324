"""How well each route has served each recipient domain lately. Pure: the time comes in.

A score is between 0 and 1, where 1 is spotless. Each outcome moves it by an eighth towards 1 or 0
(an exponentially weighted mean); what is past fades, so that half of a blemish is gone in ten
minutes and a route that nobody uses any more is as good as new in an hour.
"""

from twofifty.deliver.routes.evidence import Evidence
from twofifty.deliver.routes.recent import Recent

STEP = 1 / 8
HALF_LIFE = 600.0
UNHEALTHY = 0.5
PROBE_EVERY = 30.0
_SPOTLESS = 0.999


class _Blemish:
    """1 minus a score, as it was `at`; `probed`: when a mail last went there to see."""

    __slots__ = ("amount", "at", "probed")

    def __init__(self) -> None:
        self.amount = 0.0
        self.at = 0.0
        self.probed = float("-inf")

    def now(self, now: float) -> float:
        return float(self.amount * 0.5 ** (max(0.0, now - self.at) / HALF_LIFE))


class Health:
    """The scores of one route: its own, and one for each domain that it had trouble with."""

    def __init__(self) -> None:
        self._route = _Blemish()
        self._domains: Recent[str, _Blemish] = Recent()

    @property
    def spotless(self) -> bool:
        """Whether every score is 1."""
        return not self._route.amount and not len(self._domains)

    def score(self, domain: str, now: float) -> float:
        """The lesser of the route's own score and the one for `domain`."""
        if self.spotless:
            return 1.0
        known = self._domains.get(domain)
        worst = max(self._route.now(now), known.now(now) if known else 0.0)
        return 1.0 - worst

    def heard(self, domain: str, said: Evidence, now: float) -> None:
        """Notes what an outcome said."""
        if said == "good":
            self._good(domain, now)
        elif said in ("route", "broken"):
            _moved(self._route, 1.0, now)
        elif said == "domain":
            known = self._domains.get(domain) or self._domains.put(domain, _Blemish())
            _moved(known, 1.0, now)

    def probe_due(self, domain: str, now: float) -> bool:
        """Whether it is time that a mail for `domain` tries an unhealthy route; then it is that
        mail's turn, and the next one's in half a minute."""
        ill = self._domains.get(domain) or self._route
        if now - ill.probed < PROBE_EVERY:
            return False
        ill.probed = now
        return True

    def _good(self, domain: str, now: float) -> None:
        if self._route.amount:
            _moved(self._route, 0.0, now)
        known = self._domains.get(domain)
        if known is None:
            return
        _moved(known, 0.0, now)
        if not known.amount:
            self._domains.drop(domain)


def _moved(blemish: _Blemish, towards: float, now: float) -> None:
    amount = blemish.now(now)
    amount += (towards - amount) * STEP
    blemish.amount = amount if amount > 1 - _SPOTLESS else 0.0
    blemish.at = now
