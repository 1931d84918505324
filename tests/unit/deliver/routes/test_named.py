"""Which route a dot leaves by is journalled with it."""

import asyncio

from twofifty.adapters.memory.channel import MemoryChannel
from twofifty.deliver.outcome import Accepted, Deferred
from twofifty.deliver.ports import Dot, Envelope
from twofifty.deliver.routes.routes import Leg, Routes

MAIL = Envelope("m_1", "shop@example.com", "alex@example.com", b"Subject: Order\r\n\r\nThanks.\r\n")


class Journal:
    """Notes by which route each dot leaves."""

    def __init__(self) -> None:
        self.route = ""
        self.dots: list[str] = []

    def leaves_by(self, route: str) -> None:
        self.route = route

    async def __call__(self) -> bool:
        self.dots.append(self.route)
        return True


class Dead:
    """A route that nobody answers on."""

    async def send(self, envelope: Envelope, dot: Dot) -> Deferred:
        return Deferred("nobody answers", "connect", "dead", connection=True)

    async def close(self) -> None:
        """Nothing to end."""


def test_the_dot_knows_the_route_that_took_over() -> None:
    journal = Journal()
    routes = Routes([Leg(Dead(), "dead"), Leg(MemoryChannel(), "alive")])
    assert isinstance(asyncio.run(routes.send(MAIL, journal)), Accepted)
    assert journal.dots == ["alive"]


def test_a_dot_that_wants_no_name_is_asked_all_the_same() -> None:
    asked = []

    async def dot() -> bool:
        asked.append(True)
        return True

    routes = Routes([Leg(MemoryChannel(), "alive")])
    assert isinstance(asyncio.run(routes.send(MAIL, dot)), Accepted)
    assert asked == [True]
