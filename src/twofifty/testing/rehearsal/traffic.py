"""The load of a rehearsal: sample orders of the user's own sources, at the scenario's pace."""

import itertools
from collections.abc import Iterator, Sequence

import msgspec

from twofifty.testing.load import Load, Post
from twofifty.testing.process import KEY
from twofifty.testing.rehearsal.scenario import SCENARIOS, Scenario, Size
from twofifty.testing.samples import sample_order

CONNECTIONS = 32
DOMAINS = ("inbox.test", "post.test", "webmail.test", "letters.test", "example.com", "example.org")
_HEADERS = (("Authorization", f"Bearer {KEY}"),)
_FIRST = 9_000_000
_LINES = (1, 2, 3, 3, 4, 12, 40)


class Traffic:
    """All orders of one scenario. `answered` grows as they are taken in."""

    def __init__(self, scenario: Scenario, size: Size, sources: Sequence[str]) -> None:
        self.count = max(1, round(size.orders * scenario.scale))
        self.loads: list[Load] = []
        self._scenario = scenario
        self._seconds = size.seconds
        self._posts = (_post(i, scenario, sources) for i in itertools.count())

    async def run(self, port: int) -> None:
        """Posts everything to the service at `port`, a stretch of the load after the other; repeats
        what is not answered."""
        left = self.count
        for share, pace in self._paces():
            part = min(left, round(self.count * share)) or 1
            load = Load(port, connections=CONNECTIONS, pace=pace)
            self.loads.append(load)
            await load.run(itertools.islice(self._posts, part))
            left -= part

    def _paces(self) -> Iterator[tuple[float, float]]:
        """For each stretch its share of all orders, and its orders a second."""
        whole = sum(one.time * one.pace for one in self._scenario.load)
        for one in self._scenario.load:
            share = one.time * one.pace / whole
            yield share, self.count * share / (self._seconds * one.time)


def first_orders(count: int, sources: Sequence[str]) -> list[Post]:
    """Orders that no scenario has."""
    return [_post(_FIRST + i, SCENARIOS[0], sources) for i in range(count)]


def _post(i: int, scenario: Scenario, sources: Sequence[str]) -> Post:
    source = sources[i % len(sources)]
    order = sample_order(i, lines=_LINES[i % len(_LINES)] if scenario.mixed else 3)
    customer = {**order["customer"], "email": f"buyer.{i}@{DOMAINS[i % len(DOMAINS)]}"}
    # Every eleventh sample is paid later; in a rehearsal each is to be confirmed.
    paid = {"payment": "paid", "fulfillment": "unfulfilled"}
    told = {**order, "source": source, "customer": customer, "state": paid}
    return Post(str(i), "/v1/orders", msgspec.json.encode(told), _HEADERS)
