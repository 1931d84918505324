"""A receiver that puts mail off for a day, over real SMTP, with the real store and courier, in
virtual time: when each attempt is made, what is known after a day, and how it ends."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.deliver.outcome import Phase
from twofifty.deliver.ports import Envelope, Frozen, Leased
from twofifty.deliver.routes.routes import Leg, Routes
from twofifty.deliver.routes.times import Times
from twofifty.flow.deliver import Courier, Way
from twofifty.flow.route import Route
from twofifty.queue.retry import GIVE_UP_AFTER, LEAST_ATTEMPTS, PACES, SPREAD
from twofifty.queue.retry import Pace as Paced
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, an_order, frozen, planner, to
from twofifty.testing.moment import Action, Moment, Say, Script
from twofifty.testing.receiver import Receiver
from twofifty.testing.script import accept, by_recipient, greylist
from twofifty.track.model import MessageView

HOUR, DAY = 3_600.0, 86_400.0
SLACK = 1.0
"""Seconds by which virtual time may be late: it leaps to the millisecond after what is due."""


class Plain:
    """Makes a plain mail."""

    async def made(self, item: Leased) -> tuple[Frozen, Envelope]:
        made = frozen(item, "thank you")
        return made, Envelope(item.message_id, "shop@example.net", item.recipient, made.raw)


class Poisonous(Plain):
    """Fails over some mails."""

    async def made(self, item: Leased) -> tuple[Frozen, Envelope]:
        if item.recipient.startswith("poison"):
            raise RecursionError("too deep")
        return await super().made(item)


class Noting:
    """A script that notes when each recipient was named, by the receiver's clock."""

    def __init__(self, then: Script) -> None:
        self.seen: dict[str, list[float]] = {}
        self._then = then

    def __call__(self, moment: Moment) -> Action:
        if moment.phase == "rcpt":
            self.seen.setdefault(moment.recipient, []).append(moment.seconds)
        return self._then(moment)


class Days:
    """The delivery side over a store in a file, and a receiver, all by one clock that leaps."""

    def __init__(self, folder: Path, script: Script, maker: Plain | None = None) -> None:
        self.clock = FrozenClock()
        self.began = self.clock.seconds()
        self.notes = Noting(script)
        self.receiver = Receiver(self.notes, clock=self.clock)
        store = SqliteStore(folder / "store.db", self.clock, plan=planner(self.clock))
        self.bench = Bench(store, self.clock)
        self._store = store
        self._maker = maker or Plain()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Days":
        await self._stack.enter_async_context(self.receiver)
        self._stack.push_async_callback(self._store.close)
        (route,) = parse_routes(f"smtp://127.0.0.1:{self.receiver.port}?tls=none")
        channel = SmtpChannel(route, helo="shop.example.com", clock=self.clock.seconds)
        self._stack.push_async_callback(channel.close)
        times = Times(self.clock.seconds, lambda: self.clock.now().date())
        way = Way(self._maker, Route(Routes([Leg(channel, route.label)], times)))
        self._courier = Courier("w1", self._store.outbox, {"email": way}, self.clock)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def until(self, end: float) -> None:
        """Works off whatever becomes due until `end` seconds have passed."""
        while (due := await self._store.outbox.next_due()) is not None:
            if due - self.began > end:
                break
            self.clock.advance(max(0.0, due - self.clock.seconds()) + 0.001)
            for item in await self.bench.lease(limit=64):
                await self._courier.handle(item)
        self.clock.advance(max(0.0, self.began + end - self.clock.seconds()))

    async def message(self, order: str) -> MessageView:
        (found,) = await self.bench.messages(order)
        return found


def lived(
    folder: Path, script: Script, life: Callable[[Days], Coroutine[None, None, None]]
) -> None:
    async def scenario() -> None:
        async with Days(folder, script) as days:
            await life(days)

    asyncio.run(scenario())


def says(code: int, enhanced: str, phase: Phase = "rcpt") -> Script:
    return lambda moment: (
        Say(code, "not now", enhanced) if moment.phase == phase else accept(moment)
    )


@pytest.mark.parametrize(
    ("code", "enhanced", "pace"),
    [
        (451, "4.3.0", "soon"),
        (450, "4.7.0", "usual"),
        (452, "4.2.2", "late"),
        (451, "4.4.3", "soon"),
    ],
)
def test_each_attempt_comes_when_its_pace_says_for_a_day_and_longer(
    tmp_path: Path, code: int, enhanced: str, pace: Paced
) -> None:
    async def life(days: Days) -> None:
        await days.bench.accept(an_order("1"))
        await days.until(DAY)
        message = await days.message("1")
        (tried,) = days.notes.seen.values()
        gaps = [after - before for before, after in pairwise(tried)]
        delays = [*PACES[pace], *[PACES[pace][-1]] * len(gaps)]
        assert message.status == "deferred"
        assert message.attempts == len(tried) >= 9
        assert gaps[0] <= 60
        for gap, delay in zip(gaps, delays, strict=False):
            assert delay * (1 - SPREAD) <= gap <= delay * (1 + SPREAD) + SLACK
        assert message.next_attempt_at is not None

    lived(tmp_path, says(code, enhanced), life)


def test_what_is_put_off_for_a_day_is_sent_once_when_that_ends(tmp_path: Path) -> None:
    async def life(days: Days) -> None:
        for number in range(5):
            await days.bench.accept(an_order(f"{number}"))
        await days.until(DAY)
        days.receiver.follow(accept)
        await days.until(DAY + 6 * HOUR)
        assert {(await days.message(f"{n}")).status for n in range(5)} == {"sent"}
        assert len(days.receiver.ledger) == 5
        assert not days.receiver.ledger.duplicates()

    lived(tmp_path, says(451, "4.3.0"), life)


def test_what_is_put_off_for_ever_is_given_up_with_an_alarm(tmp_path: Path) -> None:
    async def life(days: Days) -> None:
        await days.bench.accept(an_order("1"))
        with capture_logs() as logs:
            await days.until(DAY)
            early = [one for one in logs if one["log_level"] in ("error", "critical")]
            await days.until(5 * DAY)
        message = await days.message("1")
        (tried,) = days.notes.seen.values()
        assert not early
        assert (message.status, message.code) == ("failed", "given_up")
        assert DAY < tried[-1] - tried[0] < 2.5 * DAY
        assert len(tried) >= LEAST_ATTEMPTS
        assert tried[-1] - days.began > GIVE_UP_AFTER - 5.1 * HOUR
        [alarm] = [one for one in logs if one["log_level"] == "error"]
        assert (alarm["action"], alarm["message"]) == ("deliver.failed", message.id)

    lived(tmp_path, says(451, "4.3.0"), life)


def test_how_long_a_domain_greylists_is_learnt(tmp_path: Path) -> None:
    """By the tenth mail to it there is one attempt too early, and one that is taken."""

    async def life(days: Days) -> None:
        for number in range(10):
            await days.bench.accept(an_order(f"{number}"))
            await days.until((number + 1) * HOUR)
        assert {(await days.message(f"{n}")).status for n in range(10)} == {"sent"}
        tries = [len(tried) for tried in days.notes.seen.values()]
        assert tries[0] > 2
        assert tries[-3:] == [2, 2, 2]

    lived(tmp_path, greylist(1, 290.0), life)


def test_a_mail_that_cannot_be_made_is_parked_at_its_third_attempt_and_the_others_leave(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with Days(tmp_path, accept, Poisonous()) as days:
            for number in range(30):
                name = "poison" if number % 10 == 0 else "buyer"
                await days.bench.accept(
                    an_order(f"{number}", customer=to(f"{name}{number}@example.com"))
                )
            with capture_logs():
                await days.until(HOUR)
            found = [await days.message(f"{number}") for number in range(30)]
            parked = [one for one in found if one.recipient.startswith("poison")]
            assert {(one.status, one.code, one.attempts) for one in parked} == {
                ("held", "internal_error", 3)
            }
            assert [one.status for one in found].count("sent") == 27

    asyncio.run(scenario())


def test_one_domain_that_puts_off_does_not_make_another_wait(tmp_path: Path) -> None:
    """Fifty mails that are put off all the time, and one for somebody else each hour."""
    slow = by_recipient({"@slow.example.test": says(421, "4.7.0")})

    async def life(days: Days) -> None:
        for number in range(50):
            await days.bench.accept(
                an_order(f"s{number}", customer=to(f"a{number}@slow.example.test"))
            )
        for number in range(12):
            await days.bench.accept(an_order(f"{number}"))
            await days.until((number + 0.05) * HOUR)
            assert (await days.message(f"{number}")).status == "sent"
            await days.until((number + 1) * HOUR)

    lived(tmp_path, slow, life)
