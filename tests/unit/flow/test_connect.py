"""Whether a shop is connected: what is missing is said once, and only when it is."""

import json
from datetime import timedelta
from typing import Any

import pytest

from twofifty import telemetry
from twofifty.adapters import registry
from twofifty.errors import ShopBusy, ShopError
from twofifty.flow import connect
from twofifty.flow.ask import Asker
from twofifty.flow.board import Board, SourceState
from twofifty.flow.connect import Link, Watch, Webhooks
from twofifty.flow.fetch import Askable
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access, Ask, Reply
from twofifty.testing.clock import NOON, FrozenClock
from twofifty.testing.samples import woocommerce_webhook

URL = "https://orders.example.com/hooks/tea"
SECRET = "a secret of the shop's"
TOPICS = ("order.created", "order.updated")


class TeaShop:
    """A Line to a WooCommerce that has `hooks`; `fault` is raised instead of any answer."""

    def __init__(self) -> None:
        self.hooks: list[dict[str, Any]] = []
        self.own = "no"
        self.fault: ShopError | None = None
        self.documents: list[Any] = []

    async def send(self, ask: Ask) -> Reply:
        if self.fault is not None:
            raise self.fault
        if "/settings/" in ask.url:
            return reply({"value": self.own})
        if ask.method == "POST":
            made = json.loads(ask.body)
            self.hooks.append(hook(made["topic"], made["delivery_url"]))
            return reply(made)
        return reply(self.hooks if "/webhooks" in ask.url else self.documents)

    async def close(self) -> None:
        """Nothing to close."""


def reply(value: object) -> Reply:
    return Reply(200, {}, json.dumps(value).encode())


def hook(topic: str, url: str = URL, status: str = "active") -> dict[str, Any]:
    return {"id": 1, "topic": topic, "delivery_url": url, "status": status}


class Setting:
    """A shop, the link to it, and a watch over it."""

    def __init__(self, *, repair: bool = False, kind: str = "woocommerce") -> None:
        self.shop = TeaShop()
        self.clock = FrozenClock()
        adapter = registry.shop(kind)
        assert adapter is not None
        access = Access(url="https://shop.test", key="k", secret="s")
        asker = Asker(self.shop, access, self.clock, self._sleep)
        source = registry.source(kind)
        self.link = Link("tea", URL, Askable(adapter, asker), source, Stated("tea"), (SECRET,))
        self.board = Board((SourceState(name="tea", kind=kind, hook_url=URL),), self.clock)
        self.watch = Watch(self.link, self.board, repair=repair)

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @property
    def state(self) -> SourceState:
        return self.board.states["tea"]


def missing() -> float | None:
    return telemetry.INTAKE.get_sample_value("twofifty_webhooks_missing", {"source": "tea"})


async def test_only_an_active_webhook_to_our_own_address_counts() -> None:
    setting = Setting()
    assert await connect.webhooks(setting.link) == Webhooks(TOPICS, missing=TOPICS)
    setting.shop.hooks = [hook("order.created", "https://other.test/"), hook("order.updated")]
    assert (await connect.webhooks(setting.link)).missing == ("order.created",)
    setting.shop.hooks = [hook("order.created", URL + "/"), hook("order.updated", status="paused")]
    found = await connect.webhooks(setting.link)
    assert (found.missing, found.off) == ((), ("order.updated",))
    setting.shop.hooks.append(hook("order.updated"))
    assert (await connect.webhooks(setting.link)).wanted() == ()


async def test_a_first_look_counts_orders_and_names_the_newest() -> None:
    setting = Setting()
    assert await connect.glance(setting.link, NOON) == connect.Glance(0)
    setting.shop.documents = [json.loads(woocommerce_webhook(number)) for number in (1, 2)]
    seen = await connect.glance(setting.link, NOON)
    assert (seen.orders, seen.more, seen.unusable) == (2, False, ())
    setting.shop.documents.append({"line_items": [], "total": "x", "status": "processing"})
    broken = await connect.glance(setting.link, NOON)
    assert (broken.orders, len(broken.unusable)) == (2, 1)


async def test_what_is_missing_is_on_the_board_until_it_is_back() -> None:
    setting = Setting()
    await setting.watch.look()
    words = setting.state.faults["webhooks"]
    assert "order.created, order.updated" in words
    assert "twofifty source connect tea" in words
    assert missing() == 2
    setting.shop.hooks = [hook(topic) for topic in TOPICS]
    await setting.watch.look()
    assert setting.state.faults == {}
    assert missing() == 0


@pytest.mark.parametrize("fault", [ShopBusy("away"), ShopBusy("busy", 600.0)])
async def test_a_shop_that_is_away_changes_nothing(fault: ShopBusy) -> None:
    setting = Setting()
    setting.shop.hooks = [hook("order.created")]
    await setting.watch.look()
    before = dict(setting.state.faults)
    setting.shop.fault = fault
    await setting.watch.look()
    assert setting.state.faults == before
    assert missing() == 1


async def test_a_key_that_may_not_see_webhooks_is_said_with_the_way_out() -> None:
    setting = Setting()
    setting.shop.fault = ShopError("the shop refuses the key (403)")
    await setting.watch.look()
    assert "check_minutes = 0" in setting.state.faults["webhooks"]


async def test_webhooks_that_were_made_by_hand_and_come_are_not_missed() -> None:
    setting = Setting()
    setting.state.last_arrival = setting.clock.now()
    await setting.watch.look()
    assert setting.state.faults == {}
    setting.clock.advance(timedelta(days=2).total_seconds())
    await setting.watch.look()
    assert "webhooks" in setting.state.faults


async def test_webhooks_that_were_listed_once_are_missed_at_once() -> None:
    setting = Setting()
    setting.shop.hooks = [hook(topic) for topic in TOPICS]
    await setting.watch.look()
    setting.state.last_arrival = setting.clock.now()
    setting.shop.hooks = []
    await setting.watch.look()
    assert "webhooks" in setting.state.faults


async def test_repair_registers_only_what_is_missing() -> None:
    setting = Setting(repair=True)
    setting.shop.hooks = [hook("order.created")]
    await setting.watch.look()
    assert [one["topic"] for one in setting.shop.hooks] == list(TOPICS)
    assert setting.state.faults == {}
    await setting.watch.look()
    assert len(setting.shop.hooks) == 2


async def test_nothing_is_registered_whose_secret_the_door_would_not_know() -> None:
    setting = Setting(repair=True, kind="squarespace")
    assert connect.signs_with(setting.link.askable.shop) == "new"
    found = await setting.watch._repaired(Webhooks(("order.create",), ("order.create",)))
    assert found.missing == ("order.create",)
    assert setting.shop.hooks == []


async def test_the_shops_own_confirmation_is_told_until_it_is_off() -> None:
    setting = Setting()
    setting.shop.hooks = [hook(topic) for topic in TOPICS]
    setting.shop.own = "yes"
    await setting.watch.look()
    assert "switch it off at WooCommerce" in setting.state.faults["confirmation"]
    setting.shop.own = "no"
    await setting.watch.look()
    assert setting.state.faults == {}


async def test_a_shop_that_cannot_tell_is_not_accused() -> None:
    assert await connect.own_confirmation(Setting(kind="squarespace").link) is None
    setting = Setting()
    setting.shop.fault = ShopError("the shop refuses the key (401)")
    assert await connect.own_confirmation(setting.link) is None
