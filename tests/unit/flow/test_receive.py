"""What happens at the door beyond a plain order: pointers, keys, challenges, second readings."""

import json

import msgspec
import pytest

from tests.contract.sources.test_squarespace import ORDER
from tests.unit.flow.house import House, Keys
from twofifty.adapters.generic.source import Generic
from twofifty.errors import BadInput, ShopBusy
from twofifty.flow.receive import Door
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.signature import Hashed

POINTER = b'{"id": "n1", "topic": "order.create", "data": {"orderId": "585d498fdee9f31a60284a37"}}'


async def test_a_hook_that_only_points_waits_for_its_order() -> None:
    house = House()
    answer = json.loads(await house.hook(POINTER))
    assert answer["outcome"] == "waiting"
    (errand,) = await house.store.errands.due(house.clock.now(), 10)
    assert (errand.source, errand.order_id) == ("shop", ORDER["id"])


async def test_where_nobody_can_ask_a_pointer_is_kept_and_the_way_to_mend_it_is_said() -> None:
    house = House(askable=False)
    with pytest.raises(BadInput) as refused:
        await house.hook(POINTER)
    assert refused.value.status == 422
    assert "api_key" in refused.value.problems[0].message
    (kept,) = await house.store.books.rejected(None, "", 10)
    assert kept.body == POINTER


async def test_what_was_rejected_is_read_again_once_it_can_be() -> None:
    without = House(askable=False)
    with pytest.raises(BadInput):
        await without.hook(POINTER)
    (kept,) = await without.store.books.rejected("shop", "", 10)
    mended = House()
    answer = json.loads((await mended.intake.again(kept)).body)
    assert answer["outcome"] == "waiting"


async def test_a_second_reading_takes_the_arrival_off_the_list() -> None:
    house = House()
    with pytest.raises(BadInput):
        await house.hook(b'{"topic": "order.create", "nothing": 1}')
    body = json.dumps(ORDER).encode()
    (kept,) = await house.store.books.rejected("shop", "", 10)
    assert await house.store.books.rejected("other", "", 10) == ()
    with pytest.raises(BadInput):
        await house.intake.again(kept)
    assert len(await house.store.books.rejected("shop", "", 10)) == 1
    await house.hook(body)
    assert len(await house.store.books.rejected("shop", kept.event_id, 10)) == 0


@pytest.mark.parametrize("body", [b"{", b"", b"id=7", b"\xff", b'{"id": NaN}'])
async def test_what_the_shop_signed_is_kept_even_where_it_is_no_json(body: bytes) -> None:
    house = House()
    with pytest.raises(BadInput) as refused:
        await house.hook(body)
    assert refused.value.status == 400
    (kept,) = await house.store.books.rejected("shop", "", 10)
    assert kept.body == body
    assert kept.reason


async def test_what_is_too_large_or_unsigned_is_not_kept() -> None:
    house = House()
    with pytest.raises(BadInput) as refused:
        await house.hook(b" " * 1_048_577)
    assert refused.value.status == 413
    with pytest.raises(BadInput) as unsigned:
        await house.intake.hook("shop", Hook({}, POINTER))
    assert unsigned.value.status == 401
    assert await house.store.books.rejected(None, "", 10) == ()


async def test_a_key_that_is_wanted_is_fetched_and_then_decides() -> None:
    keys = Keys({"https://keys.test/1": b"right"})
    house = House(keys=keys)
    assert json.loads(await house.hook(POINTER, "keyed"))["outcome"] == "waiting"
    assert keys.asked == ["https://keys.test/1"]


async def test_a_key_that_cannot_be_had_makes_the_platform_come_again() -> None:
    house = House(keys=Keys({}))
    with pytest.raises(ShopBusy) as away:
        await house.hook(POINTER, "keyed")
    assert (away.value.retry_after or 0) > 0
    assert await house.store.books.rejected(None, "", 10) == ()


async def test_a_scheme_that_is_never_content_believes_nothing() -> None:
    keys = Keys({"https://keys.test/1": b"wrong"})
    house = House(keys=keys)
    with pytest.raises(BadInput) as refused:
        await house.hook(POINTER, "keyed")
    assert refused.value.status == 401
    assert len(keys.asked) < 10


async def test_a_platform_that_asks_for_proof_gets_its_answer() -> None:
    house = House()
    url = "https://orders.example.com/hooks/keyed?challenge=abc"
    answer = house.intake.greeted("keyed", Hook({}, b"", url))
    assert (answer.status, answer.body) == (200, b"abc")
    for name, address in (("keyed", "https://orders.example.com/hooks/keyed"), ("shop", url)):
        with pytest.raises(BadInput) as refused:
            house.intake.greeted(name, Hook({}, b"", address))
        assert refused.value.status == 404


async def test_what_the_api_tells_is_all_there_is_to_know() -> None:
    house = House()
    answer = json.loads((await house.intake.fetched("shop", json.dumps(ORDER).encode())).body)
    assert answer["order_id"] == ORDER["id"]
    with pytest.raises(BadInput):
        await house.intake.fetched("shop", POINTER)
    assert await house.store.errands.due(house.clock.now(), 10) == ()


async def test_an_order_of_another_currency_is_a_conflict_and_changes_nothing() -> None:
    house = House()
    await house.hook(json.dumps(ORDER).encode())
    changed = msgspec.json.decode(json.dumps(ORDER).replace("USD", "EUR"))
    changed["modifiedOn"] = "2026-01-24T16:00:00.000Z"
    answer = json.loads(await house.hook(json.dumps(changed).encode()))
    assert answer["outcome"] == "conflict"
    known = await house.store.books.known("shop", [ORDER["id"]])
    assert known[ORDER["id"]].currency == "USD"


async def test_an_adapter_that_stumbles_loses_nothing() -> None:
    table = {"id": "id", "currency": "currency", "totals": {"total": "max_by(items, &p).p"}}
    house = House()
    house.doors["any"] = Door(Generic({"map": table}), Trust(("s",)), Stated("any"))
    body = b'{"id": 1, "currency": "EUR", "items": [{"p": 1}, {"p": "x"}]}'
    headers = Hashed(header="x-signature", form="hex").signed(
        body, "s", url="", at=house.clock.now()
    )
    with pytest.raises(BadInput) as refused:
        await house.intake.hook("any", Hook(headers, body))
    assert refused.value.status == 422
    (kept,) = await house.store.books.rejected("any", "", 10)
    assert kept.body == body
