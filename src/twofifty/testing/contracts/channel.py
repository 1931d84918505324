"""The contract of a channel: `deliver.ports.Channel`."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Literal, Protocol

from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Refused
from twofifty.deliver.ports import Channel, Envelope
from twofifty.testing.contracts.suite import Suite

Mood = Literal["accepts", "defers", "refuses", "defers_the_dot", "refuses_the_dot", "vanishes"]
"""What the next hop does: takes it; 4yz or 5yz for the recipient or for the final dot; takes the
message and never answers."""

DATA = b"Message-ID: <1@shop.example.test>\r\nSubject: Order\r\n\r\n.dots\r\n..and more\r\n"


class NextHop(Protocol):
    """A channel, and what lies behind it."""

    @property
    def channel(self) -> Channel:
        """The way to it."""
        ...

    def behave(self, mood: Mood) -> None:
        """From now on the next hop is so."""
        ...

    async def taken(self) -> list[tuple[str, str, bytes]]:
        """Sender, recipient and bytes of all that it took; the channel is closed by then."""
        ...

    async def close(self) -> None:
        """Ends it."""
        ...


class Journal:
    """A dot journal that counts how often it is asked."""

    def __init__(self, answer: bool = True, seen: Callable[[], None] = lambda: None) -> None:
        self.asked = 0
        self._answer = answer
        self._seen = seen

    async def __call__(self) -> bool:
        self.asked += 1
        self._seen()
        return self._answer


def envelope(number: int = 1, data: bytes = DATA) -> Envelope:
    """A small mail."""
    sender, recipient = "orders@shop.example.test", f"buyer{number}@example.com"
    return Envelope(f"m_{number}", sender, recipient, data)


def as_taken(mail: Envelope) -> tuple[str, str, bytes]:
    """`mail` as `NextHop.taken` tells it."""
    return mail.sender, mail.recipient, mail.data


class ChannelContract(Suite[NextHop], ABC):
    """Derive, say how a channel is opened, and `keep` every promise."""

    @abstractmethod
    async def open_channel(self) -> NextHop:
        """A channel to a next hop that accepts."""

    async def keep(self, promise: str) -> None:
        """Runs one promise on a channel of its own. Raises AssertionError where it is broken."""
        hop = await self.open_channel()
        try:
            await self.promise(promise)(hop)
        finally:
            await hop.channel.close()
            await hop.close()

    async def test_what_is_accepted_was_taken_byte_for_byte(self, hop: NextHop) -> None:
        journal = Journal()
        outcome = await hop.channel.send(envelope(), journal)
        assert isinstance(outcome, Accepted)
        assert outcome.reply.code // 100 == 2
        assert outcome.route
        assert journal.asked == 1
        assert await hop.taken() == [as_taken(envelope())]

    async def test_one_mail_after_another_goes_through(self, hop: NextHop) -> None:
        for number in range(5):
            assert isinstance(await hop.channel.send(envelope(number), Journal()), Accepted)
        assert await hop.taken() == [as_taken(envelope(number)) for number in range(5)]

    async def test_what_is_deferred_says_why_and_took_nothing(self, hop: NextHop) -> None:
        hop.behave("defers")
        journal = Journal()
        outcome = await hop.channel.send(envelope(), journal)
        assert isinstance(outcome, Deferred)
        assert outcome.reply is not None
        assert outcome.reply.code // 100 == 4
        assert (outcome.phase, outcome.connection) == ("rcpt", False)
        assert outcome.reason
        assert journal.asked == 0
        assert await hop.taken() == []

    async def test_what_is_refused_says_what_it_is_about(self, hop: NextHop) -> None:
        hop.behave("refuses")
        journal = Journal()
        outcome = await hop.channel.send(envelope(), journal)
        assert isinstance(outcome, Refused)
        assert outcome.reply is not None
        assert outcome.reply.code // 100 == 5
        assert (outcome.phase, outcome.about) == ("rcpt", "recipient")
        assert journal.asked == 0
        assert await hop.taken() == []

    async def test_a_no_to_the_final_dot_is_no_doubt(self, hop: NextHop) -> None:
        hop.behave("defers_the_dot")
        journal = Journal()
        deferred = await hop.channel.send(envelope(), journal)
        assert isinstance(deferred, Deferred)
        assert (deferred.phase, journal.asked) == ("dot", 1)
        hop.behave("refuses_the_dot")
        refused = await hop.channel.send(envelope(), journal)
        assert isinstance(refused, Refused)
        assert (refused.phase, journal.asked) == ("dot", 2)
        assert await hop.taken() == []

    async def test_silence_after_the_dot_is_a_doubt(self, hop: NextHop) -> None:
        hop.behave("vanishes")
        journal = Journal()
        outcome = await hop.channel.send(envelope(), journal)
        assert isinstance(outcome, InDoubt)
        assert outcome.reason
        assert journal.asked == 1

    async def test_a_doubt_is_never_sent_again_by_the_channel(self, hop: NextHop) -> None:
        hop.behave("vanishes")
        await hop.channel.send(envelope(), Journal())
        assert await hop.taken() == [as_taken(envelope())]

    async def test_a_fenced_message_never_gets_its_dot(self, hop: NextHop) -> None:
        journal = Journal(False)
        assert isinstance(await hop.channel.send(envelope(), journal), Fenced)
        assert journal.asked == 1
        assert await hop.taken() == []

    async def test_nothing_is_taken_before_the_journal_has_spoken(self, hop: NextHop) -> None:
        async def broken() -> bool:
            raise OSError("the disk is full")

        raised = False
        try:
            await hop.channel.send(envelope(), broken)
        except OSError:
            raised = True
        assert raised
        assert await hop.taken() == []

    async def test_after_trouble_the_next_mail_goes_through(self, hop: NextHop) -> None:
        troubles: tuple[Mood, ...] = ("defers", "refuses", "defers_the_dot", "refuses_the_dot")
        for mood in troubles:
            hop.behave(mood)
            await hop.channel.send(envelope(), Journal())
            hop.behave("accepts")
            assert isinstance(await hop.channel.send(envelope(2), Journal()), Accepted)
        assert await hop.taken() == [as_taken(envelope(2))] * len(troubles)

    async def test_closing_twice_is_closing_once(self, hop: NextHop) -> None:
        await hop.channel.send(envelope(), Journal())
        await hop.channel.close()
        await hop.channel.close()

    async def test_a_closed_channel_puts_off(self, hop: NextHop) -> None:
        await hop.channel.close()
        journal = Journal()
        assert isinstance(await hop.channel.send(envelope(), journal), Deferred)
        assert journal.asked == 0
