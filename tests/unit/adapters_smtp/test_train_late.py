"""Mails that leave together after a process was frozen while their dots were journalled: the first
answers are old by the time of the last one, and all are asked for anew."""

import asyncio

from tests.unit.adapters_smtp.laboratory import CHUNKING
from tests.unit.adapters_smtp.sending import DATA, Journal, envelope
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted, Fenced, Outcome
from twofifty.queue.worker import LEASE_SECONDS
from twofifty.testing.receiver import Receiver


class LeapingLoop(asyncio.SelectorEventLoop):
    """A loop whose time leaps, as for a process that was frozen."""

    leapt = 0.0

    def time(self) -> float:
        return super().time() + self.leapt


class Lapsing(Journal):
    """Of a mail that another worker takes, once it was journalled here."""

    async def __call__(self) -> bool:
        self.answer = self.asked == 0
        return await super().__call__()


class Freezing(Journal):
    """The process is frozen until this one is journalled."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def __call__(self) -> bool:
        loop = asyncio.get_running_loop()
        if self.asked == 0 and isinstance(loop, LeapingLoop):
            loop.leapt += self._seconds
        return await super().__call__()


def together(*journals: Journal) -> tuple[list[Outcome], list[bytes]]:
    """What became of mails that leave in one write, each behind its own journal, and which arrived.
    One goes before them, to see whether the line works."""

    async def scenario() -> tuple[list[Outcome], list[bytes]]:
        async with Receiver(offer=CHUNKING) as server:
            (route,) = parse_routes(f"smtp://127.0.0.1:{server.port}?connections=1&timeout=5")
            one = SmtpChannel(route, helo="shop.example.com")
            waiting = enumerate((Journal(), *journals))
            sends = (one.send(envelope(b"%d\r\n%b" % (i, DATA)), by) for i, by in waiting)
            found = await asyncio.gather(*sends)
            await one.close()
            return found[1:], [taken.data[:1] for taken in server.ledger][1:]

    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        return runner.run(scenario())


def test_what_another_took_while_the_last_dot_was_journalled_does_not_leave() -> None:
    journals = Journal(), Lapsing(), Freezing(LEASE_SECONDS)
    found, taken = together(*journals)
    assert [type(one) for one in found] == [Accepted, Fenced, Accepted]
    assert taken == [b"1", b"3"]
    assert [one.asked for one in journals] == [2, 2, 2]


def test_dots_that_were_journalled_in_time_are_asked_for_once() -> None:
    journals = Journal(), Freezing(1.0), Journal()
    found, taken = together(*journals)
    assert [type(one) for one in found] == [Accepted] * 3
    assert taken == [b"1", b"2", b"3"]
    assert [one.asked for one in journals] == [1, 1, 1]
