"""Orders that were pointed to are fetched, however long it takes, or said to be lost."""

import json
from collections.abc import Callable

from tests.contract.sources.test_squarespace import ORDER
from tests.unit.flow.house import House
from tests.unit.flow.test_ask import Scripted
from tests.unit.flow.test_receive import POINTER
from twofifty.adapters.squarespace.shop import SquarespaceShop
from twofifty.errors import ShopBusy
from twofifty.flow.ask import PAUSES, Asker
from twofifty.flow.fetch import Askable, Fetcher
from twofifty.intake.shop import Access, Dialogue, Reply

WHOLE = Reply(200, {}, json.dumps(ORDER).encode())
DAY = 24 * 3_600.0


def fetcher(house: House, line: Scripted) -> Fetcher:
    async def sleep(seconds: float) -> None:
        house.clock.advance(seconds)

    asker = Asker(line, Access(key="k"), house.clock, sleep)
    askable = Askable(SquarespaceShop(), asker)
    return Fetcher(house.store.errands, {"shop": askable}, house.intake, house.clock)


async def messages(house: House) -> int:
    law = await house.store.archive.conservation()
    return sum(law.messages.values())


async def passes(house: House, work: Fetcher, until: Callable[[], bool], days: float = 5) -> None:
    """Lets time pass, an hour at a step, until something is so."""
    for _ in range(int(days * 24)):
        await work.fetch_due()
        if until():
            return
        house.clock.advance(3_600)


async def test_an_order_that_was_pointed_to_is_fetched_and_planned_once() -> None:
    house, line = House(), Scripted(WHOLE)
    work = fetcher(house, line)
    await house.hook(POINTER)
    assert await work.fetch_due() == 1
    assert await work.fetch_due() == 0
    assert (await house.store.books.known("shop", [ORDER["id"]])).keys() == {ORDER["id"]}
    assert await messages(house) == 1


async def test_a_shop_that_is_away_is_asked_again_until_it_is_back() -> None:
    house, line = House(), Scripted(*[ShopBusy("away")] * 40, WHOLE)
    work = fetcher(house, line)
    await house.hook(POINTER)
    await passes(house, work, lambda: len(line.replies) == 1)
    await passes(house, work, lambda: False, days=0.5)
    assert await messages(house) == 1


async def test_an_order_that_the_shop_does_not_have_yet_is_asked_for_again() -> None:
    house, line = House(), Scripted(Reply(404, {}, b""), WHOLE)
    work = fetcher(house, line)
    await house.hook(POINTER)
    await passes(house, work, lambda: False, days=1)
    assert await messages(house) == 1


async def test_what_never_comes_is_given_up_after_days_and_listed() -> None:
    house, line = House(), Scripted(Reply(401, {}, b""))
    work = fetcher(house, line)
    await house.hook(POINTER)
    began = house.clock.seconds()
    await passes(house, work, lambda: False, days=6)
    (kept,) = await house.store.books.rejected("shop", "", 10)
    assert "api_key" in kept.reason
    assert len(line.asked) >= 17
    assert house.clock.seconds() - began > 2 * DAY


async def test_an_order_that_cannot_be_understood_is_listed_with_the_reason() -> None:
    house, line = (
        House(),
        Scripted(Reply(200, {}, b'{"id": "x", "lineItems": [], "grandTotal": 1}')),
    )
    work = fetcher(house, line)
    await house.hook(POINTER)
    await work.fetch_due()
    assert len(await house.store.books.rejected("shop", "", 10)) >= 1
    assert await messages(house) == 0


async def test_a_source_that_lost_its_api_is_said_so() -> None:
    house, line = House(), Scripted(WHOLE)
    fetcher(house, line)
    await house.hook(POINTER)
    without = Fetcher(house.store.errands, {}, house.intake, house.clock)
    await without.fetch_due()
    (kept,) = await house.store.books.rejected("shop", "", 10)
    assert "no API" in kept.reason


async def test_a_shop_that_is_away_keeps_no_other_waiting_and_is_asked_once_a_turn() -> None:
    house, line = House(), Scripted(ShopBusy("away"))
    work = fetcher(house, line)
    for number in range(20):
        body = POINTER.replace(b"585d498fdee9f31a60284a37", f"order-{number}".encode())
        await house.hook(body)
    await work.fetch_due()
    turn = 4 * (1 + len(PAUSES))
    assert len(line.asked) <= turn
    assert await house.store.errands.sources() == ("shop",)


async def test_a_fault_in_a_dialogue_is_one_errands_own_and_has_its_last_day() -> None:
    class Stumbling(SquarespaceShop):
        def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
            raise ValueError("not foreseen")

    house = House()
    asker = Asker(Scripted(WHOLE), Access(key="k"), house.clock)
    work = Fetcher(
        house.store.errands, {"shop": Askable(Stumbling(), asker)}, house.intake, house.clock
    )
    await house.hook(POINTER)
    await passes(house, work, lambda: False, days=6)
    (kept,) = await house.store.books.rejected("shop", "", 10)
    assert "ValueError" in kept.reason
