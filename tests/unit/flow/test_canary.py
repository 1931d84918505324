"""A canary order that is not confirmed is an alarm that says where it got stuck."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import pytest

from twofifty import telemetry
from twofifty.adapters import registry
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.memory.channel import MemoryChannel
from twofifty.adapters.memory.store import MemoryStore
from twofifty.app.doors import doors
from twofifty.app.letters import presses
from twofifty.errors import BadInput, ShopBusy
from twofifty.flow.board import Board, Canaried, Noted, SourceState
from twofifty.flow.canary import LATE_SECONDS, Canary, Perch, Sample
from twofifty.flow.deliver import Courier, Way
from twofifty.flow.mailing import Mailing
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake
from twofifty.flow.route import Route
from twofifty.intake.ports import Hook
from twofifty.intake.shop import Ask, Reply
from twofifty.notice.policy import Rules
from twofifty.settings import Settings, SourceSettings
from twofifty.testing.clock import NOON

URL = "https://orders.example.com/hooks/tea"
SECRET = "a secret of the shop's"
SETTINGS = Settings(sources={"tea": SourceSettings(kind="woocommerce", secret=SECRET)})


class Hasty:
    """A clock that a second has passed on whenever somebody looks at its seconds."""

    def __init__(self) -> None:
        self._now = NOON

    def now(self) -> datetime:
        return self._now

    def seconds(self) -> float:
        self._now += timedelta(seconds=1)
        return self._now.timestamp()


class House:
    """Everything between the door and the next hop, in memory; also a Line to its own door."""

    def __init__(self, rules: Rules | None = None, *, deliver: bool = True) -> None:
        self.clock = Hasty()
        planner = Planner(self.clock, rules or Rules())
        self.store = MemoryStore(self.clock, plan=planner.plan)
        self.board = Board((SourceState(name="tea", kind="woocommerce", hook_url=URL),), self.clock)
        ledger = Noted(self.store.ledger, self.board)
        self.intake = Intake(doors(SETTINGS), ledger, MemoryBroker(), self.clock, planner)
        self.outside = MemoryChannel()
        self.deliver = deliver
        self.fault: ShopBusy | None = None
        self.secret = SECRET

    async def send(self, ask: Ask) -> Reply:
        """The door, and a courier that comes at once."""
        if self.fault is not None:
            raise self.fault
        try:
            answer = await self.intake.hook("tea", Hook(ask.headers, ask.body, URL))
        except BadInput as bad:
            body = msgspec.json.encode({"title": bad.title, "status": bad.status})
            return Reply(bad.status, {}, body)
        if self.deliver:
            await self._delivered()
        return Reply(answer.status, {}, answer.body)

    async def close(self) -> None:
        """Nothing to close."""

    async def _delivered(self) -> None:
        route = Route(self.outside)
        courier = Courier(
            "w",
            self.store.outbox,
            {"email": Way(Mailing(presses(SETTINGS), self.clock), route)},
            self.clock,
        )
        leased: Sequence[object] = await self.store.outbox.lease("w", 10, self.clock.seconds() + 60)
        for item in leased:
            await courier.handle(item)  # type: ignore[arg-type]

    def canary(self) -> Canary:
        body = registry.canary("woocommerce")
        assert body is not None
        sample = msgspec.json.decode(body, type=Sample)
        scheme = registry.source("woocommerce").signature
        perch = Perch("tea", "http://127.0.0.1/hooks/tea", URL, scheme, self.secret, sample)
        return Canary(perch, self, self.store.archive, self.board)

    @property
    def fault_words(self) -> str | None:
        return self.board.states["tea"].faults.get("canary")


def seconds() -> float | None:
    return telemetry.INTAKE.get_sample_value("twofifty_canary_seconds", {"source": "tea"})


async def test_a_canary_is_confirmed_and_nobody_outside_hears_of_it() -> None:
    house = House()
    canary = house.canary()
    first, second = await canary.send(), await canary.send()
    assert first.seconds is not None
    assert second.at > first.at
    assert house.board.states["tea"].canary == second
    assert seconds() == second.seconds
    assert house.outside.taken == []
    assert house.board.states["tea"].last_arrival is None
    assert house.fault_words is None


async def test_a_confirmation_that_nobody_sends_is_late() -> None:
    house = House(deliver=False)
    began = house.clock.now()
    assert await house.canary().send() == Canaried(began)
    assert f"queued after {LATE_SECONDS:g} s" in (house.fault_words or "")
    assert (house.clock.now() - began).total_seconds() >= LATE_SECONDS


async def test_the_alarm_ends_with_the_next_canary_that_is_confirmed() -> None:
    house = House()
    house.fault = ShopBusy("nothing answers")
    await house.canary().send()
    assert "did not answer" in (house.fault_words or "")
    house.fault = None
    await house.canary().send()
    assert house.fault_words is None


@pytest.mark.parametrize(
    ("secret", "rules", "said"),
    [
        ("another", Rules(), "with 401: the signature"),
        (SECRET, Rules(max_age=timedelta(days=-1)), "is held"),
    ],
)
async def test_the_alarm_says_where_it_got_stuck(secret: str, rules: Rules, said: str) -> None:
    house = House(rules)
    house.secret = secret
    await house.canary().send()
    assert said in (house.fault_words or "")


async def test_canaries_go_on_until_somebody_ends_them() -> None:
    house = House()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await house.canary().run(minutes=0.0001)
    assert len(house.store.rows.orders) > 1
    assert house.outside.taken == []
