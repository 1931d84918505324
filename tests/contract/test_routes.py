"""Every policy around a channel, and all of them together, keep the channel's contract."""

import asyncio
from collections.abc import Callable

import pytest

from tests.contract.test_channel import OUTCOMES, SCRIPTS
from twofifty.adapters.memory.channel import ROUTE, MemoryChannel
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Deferred
from twofifty.deliver.ports import Channel
from twofifty.deliver.routes.breaking import Breaking
from twofifty.deliver.routes.failover import Failover
from twofifty.deliver.routes.greylisting import Greylisting
from twofifty.deliver.routes.limited import Limited
from twofifty.deliver.routes.routes import Leg, Routes
from twofifty.deliver.routes.terms import RouteTerms
from twofifty.deliver.routes.watched import Watched
from twofifty.deliver.routes.weighted import Share, Weighted
from twofifty.testing.contracts.channel import ChannelContract, Mood, NextHop, as_taken
from twofifty.testing.contracts.suite import promises
from twofifty.testing.receiver import Receiver

DEAD = Deferred("dead", "connect", "dead.example.test:25", connection=True)


def dead() -> Channel:
    """A route to nowhere."""
    return MemoryChannel(lambda _: DEAD)


def _fast() -> RouteTerms:
    return RouteTerms(rate=1_000_000.0, domain_rate=1_000_000.0, connections=2)


POLICIES: dict[str, Callable[[Channel], Channel]] = {
    "failover": lambda channel: Failover(channel, dead()),
    "failover to the second": lambda channel: Failover(dead(), channel),
    "weights": lambda channel: Weighted(Share(Watched(channel), ROUTE, 1.0)),
    "weights and a dead one": lambda channel: Weighted(
        Share(Watched(dead()), "dead", 1_000.0), Share(Watched(channel), ROUTE, 1.0)
    ),
    "health": Watched,
    "breakers": lambda channel: Breaking(channel, ROUTE),
    "limits": lambda channel: Limited(channel, ROUTE, _fast()),
    "greylisting": Greylisting,
    "all routes": lambda channel: Routes(
        [Leg(dead(), "dead", RouteTerms(weight=1)), Leg(channel, ROUTE, _fast())]
    ),
}


class WrappedHop:
    """A next hop in memory behind a policy."""

    def __init__(self, policy: Callable[[Channel], Channel]) -> None:
        self._inner = MemoryChannel()
        self.channel = policy(self._inner)

    def behave(self, mood: Mood) -> None:
        self._inner.says = lambda _: OUTCOMES[mood]

    async def taken(self) -> list[tuple[str, str, bytes]]:
        return [as_taken(mail) for mail in self._inner.taken]

    async def close(self) -> None:
        pass


class Wrapped(ChannelContract):
    def __init__(self, policy: Callable[[Channel], Channel]) -> None:
        self._policy = policy

    async def open_channel(self) -> NextHop:
        return WrappedHop(self._policy)


class RoutedHop:
    """All policies around a real channel to the receiver laboratory, behind a dead first route."""

    def __init__(self, receiver: Receiver) -> None:
        dead, live = (
            SmtpChannel(route, helo="shop.example.test")
            for route in parse_routes(f"smtp://127.0.0.1:9,smtp://127.0.0.1:{receiver.port}")
        )
        self.channel = Routes([Leg(dead, dead.route.label), Leg(live, live.route.label)])
        self._receiver = receiver

    def behave(self, mood: Mood) -> None:
        self._receiver.follow(SCRIPTS[mood])

    async def taken(self) -> list[tuple[str, str, bytes]]:
        await self.channel.close()
        while self._receiver.connections:  # noqa: ASYNC110 - it has no event for that
            await asyncio.sleep(0.005)
        return [(one.sender, one.recipients[0], one.data) for one in self._receiver.ledger]

    async def close(self) -> None:
        await self._receiver.stop()


class OverSmtp(ChannelContract):
    async def open_channel(self) -> NextHop:
        receiver = Receiver()
        await receiver.start()
        return RoutedHop(receiver)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("promise", promises(ChannelContract))
def test_a_policy_keeps_the_channels_promise(policy: str, promise: str) -> None:
    asyncio.run(Wrapped(POLICIES[policy]).keep(promise))


@pytest.mark.parametrize("promise", promises(ChannelContract))
def test_all_of_them_keep_it_over_smtp(promise: str) -> None:
    asyncio.run(OverSmtp().keep(promise))
