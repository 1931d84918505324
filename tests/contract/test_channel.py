"""Every channel keeps every promise of the channel's contract."""

import asyncio

import pytest

from twofifty.adapters.memory.channel import ROUTE, TAKEN, MemoryChannel
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Deferred, InDoubt, Outcome, Refused, Reply
from twofifty.testing.contracts.channel import ChannelContract, Mood, NextHop, as_taken
from twofifty.testing.contracts.suite import promises
from twofifty.testing.moment import Script
from twofifty.testing.receiver import Offer, Receiver
from twofifty.testing.script import accept, defer_at, refuse_at, take_then_drop

SCRIPTS: dict[Mood, Script] = {
    "accepts": accept,
    "defers": defer_at("rcpt"),
    "refuses": refuse_at("rcpt", 550, "5.1.1"),
    "defers_the_dot": defer_at("dot"),
    "refuses_the_dot": refuse_at("dot", 554),
    "vanishes": take_then_drop,
}
LATER, NEVER = Reply(451, "later", "4.7.1"), Reply(550, "no", "5.1.1")
OUTCOMES: dict[Mood, Outcome] = {
    "accepts": TAKEN,
    "defers": Deferred("later", "rcpt", ROUTE, LATER),
    "refuses": Refused("no such user", "rcpt", ROUTE, "recipient", NEVER),
    "defers_the_dot": Deferred("later", "dot", ROUTE, LATER),
    "refuses_the_dot": Refused("no", "dot", ROUTE, "message", NEVER),
    "vanishes": InDoubt("no reply came", ROUTE),
}


class SmtpHop:
    """A real channel to the receiver laboratory."""

    def __init__(self, receiver: Receiver) -> None:
        (route,) = parse_routes(f"smtp://127.0.0.1:{receiver.port}?timeout=10")
        self.channel = SmtpChannel(route, helo="shop.example.test")
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


class MemoryHop:
    def __init__(self) -> None:
        self.channel = MemoryChannel()

    def behave(self, mood: Mood) -> None:
        self.channel.says = lambda _: OUTCOMES[mood]

    async def taken(self) -> list[tuple[str, str, bytes]]:
        return [as_taken(mail) for mail in self.channel.taken]

    async def close(self) -> None:
        pass


class OverSmtp(ChannelContract):
    """By DATA, or by BDAT where the receiver offers it."""

    def __init__(self, chunking: bool = False) -> None:
        self._offer = Offer(chunking=chunking)

    async def open_channel(self) -> NextHop:
        receiver = Receiver(offer=self._offer)
        await receiver.start()
        return SmtpHop(receiver)


class InMemory(ChannelContract):
    async def open_channel(self) -> NextHop:
        return MemoryHop()


@pytest.mark.parametrize("chunking", [False, True])
@pytest.mark.parametrize("promise", promises(ChannelContract))
def test_smtp_keeps_its_promise(promise: str, chunking: bool) -> None:
    asyncio.run(OverSmtp(chunking).keep(promise))


@pytest.mark.parametrize("promise", promises(ChannelContract))
def test_memory_keeps_its_promise(promise: str) -> None:
    asyncio.run(InMemory().keep(promise))
