"""Asking a shop: politely, with patience that has an end, and without telling its secrets."""

import json
from collections.abc import Callable

import pytest

from twofifty.errors import BadInput, ShopBusy, ShopError
from twofifty.flow.ask import LONGEST_PAUSE, MOST_ASKS, PAUSES, Asker
from twofifty.intake import loose, strict
from twofifty.intake.shop import Access, Ask, Dialogue, Reply
from twofifty.testing.clock import FrozenClock

KEY = "key-that-nobody-sees"
Answer = Callable[[Ask], Reply]


class Scripted:
    """A Line that answers by a script and remembers what it was asked."""

    def __init__(self, *replies: Reply | ShopBusy) -> None:
        self.replies = list(replies)
        self.asked: list[Ask] = []

    async def send(self, ask: Ask) -> Reply:
        self.asked.append(ask)
        said = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(said, ShopBusy):
            raise said
        return said

    async def close(self) -> None:
        """Nothing to close."""


class Setting:
    """An Asker over a scripted line; `slept` holds every pause."""

    def __init__(self, *replies: Reply | ShopBusy) -> None:
        self.line = Scripted(*replies)
        self.clock = FrozenClock()
        self.slept: list[float] = []
        access = Access(url="https://shop.test/api/", key=KEY)
        self.asker = Asker(self.line, access, self.clock, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)


def ok(body: bytes = b"{}") -> Reply:
    return Reply(200, {}, body)


def status(code: int, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(code, named, b"<html>" + KEY.encode())


def one(ask: Ask) -> Dialogue[bytes]:
    reply = yield ask
    return reply.body


GET = Ask("/orders/1")
POST = Ask("/hooks", "POST")


async def test_a_path_is_below_the_shops_address() -> None:
    setting = Setting(ok(b"1"))
    assert await setting.asker.run(one(GET)) == b"1"
    assert setting.line.asked[0].url == "https://shop.test/api/orders/1"


async def test_an_address_of_its_own_is_left_alone() -> None:
    setting = Setting(ok())
    await setting.asker.run(one(Ask("https://auth.test/token", "POST", keep="token")))
    assert setting.line.asked[0].url == "https://auth.test/token"


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
async def test_what_may_pass_is_asked_again_with_growing_pauses(code: int) -> None:
    setting = Setting(status(code), status(code), ok(b"1"))
    assert await setting.asker.run(one(GET)) == b"1"
    assert setting.slept == list(PAUSES[:2])


async def test_a_shop_that_says_how_long_is_obeyed() -> None:
    setting = Setting(status(429, retry_after="7"), ok(b"1"))
    assert await setting.asker.run(one(GET)) == b"1"
    assert sum(setting.slept) >= 7


async def test_a_shop_that_wants_long_is_left_to_whoever_asked() -> None:
    setting = Setting(status(429, retry_after=str(int(LONGEST_PAUSE) + 1)))
    with pytest.raises(ShopBusy) as busy:
        await setting.asker.run(one(GET))
    assert busy.value.retry_after == LONGEST_PAUSE + 1
    assert len(setting.line.asked) == 1


@pytest.mark.parametrize("said", ["soon", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1e9", "0x10"])
async def test_a_pause_that_is_no_number_counts_as_a_minute(said: str) -> None:
    setting = Setting(status(503, retry_after=said), ok(b"1"))
    with pytest.raises(ShopBusy) as busy:
        await setting.asker.run(one(GET))
    assert busy.value.retry_after == 60.0


async def test_no_word_on_the_pause_is_none() -> None:
    setting = Setting(status(503, retry_after=""), ok(b"1"))
    assert await setting.asker.run(one(GET)) == b"1"


async def test_patience_has_an_end() -> None:
    setting = Setting(status(500))
    with pytest.raises(ShopBusy):
        await setting.asker.run(one(GET))
    assert len(setting.line.asked) == len(PAUSES) + 1


async def test_what_may_have_been_done_is_not_done_again() -> None:
    for said in (status(500), ShopBusy("the connection broke")):
        setting = Setting(said)
        with pytest.raises(ShopBusy):
            await setting.asker.run(one(POST))
        assert len(setting.line.asked) == 1


async def test_what_was_turned_away_may_be_asked_again() -> None:
    setting = Setting(status(429, retry_after="1"), ok(b"1"))
    assert await setting.asker.run(one(POST)) == b"1"


@pytest.mark.parametrize(
    ("code", "named"), [(401, "api_key"), (403, "api_key"), (301, "api_url"), (400, "400")]
)
async def test_what_will_not_pass_is_said_with_what_to_mend(code: int, named: str) -> None:
    setting = Setting(status(code, location="https://elsewhere.test"))
    with pytest.raises(ShopError, match=named) as fault:
        await setting.asker.run(one(GET))
    assert not isinstance(fault.value, ShopBusy)
    assert KEY not in str(fault.value)
    assert len(setting.line.asked) == 1


async def test_a_404_is_an_answer() -> None:
    setting = Setting(Reply(404, {}, b"none"))
    assert await setting.asker.run(one(GET)) == b"none"


async def test_a_token_is_kept_for_as_long_as_it_lives() -> None:
    setting = Setting(ok(json.dumps({"access_token": "t", "expires_in": 600}).encode()))
    token = Ask("/token", "POST", keep="token")
    await setting.asker.run(one(token))
    await setting.asker.run(one(token))
    assert len(setting.line.asked) == 1
    setting.clock.advance(600)
    await setting.asker.run(one(token))
    assert len(setting.line.asked) == 2


async def test_a_refused_token_is_fetched_anew_the_next_time() -> None:
    setting = Setting(ok(b'{"expires_in": 600}'), status(401), ok(b'{"expires_in": 600}'))
    token = Ask("/token", "POST", keep="token")
    await setting.asker.run(one(token))
    with pytest.raises(ShopError):
        await setting.asker.run(one(GET))
    await setting.asker.run(one(token))
    assert [ask.url for ask in setting.line.asked][-1].endswith("/token")
    assert len(setting.line.asked) == 3


async def test_a_dialogue_without_end_is_ended() -> None:
    def endless() -> Dialogue[None]:
        while True:
            yield GET

    setting = Setting(ok())
    with pytest.raises(ShopError, match=str(MOST_ASKS)):
        await setting.asker.run(endless())


async def test_an_answer_that_cannot_be_understood_is_the_shops_fault() -> None:
    def parsed() -> Dialogue[object]:
        reply = yield GET
        return strict.reply(reply.body)

    def unreadable() -> Dialogue[object]:
        yield GET
        raise loose.Unreadable(KEY, "a list must be there")

    def refused() -> Dialogue[object]:
        yield GET
        raise BadInput(422, "no order in it")

    for dialogue in (parsed, unreadable, refused):
        setting = Setting(Reply(200, {}, b"<html>"))
        with pytest.raises(ShopError, match="the shop's answer") as fault:
            await setting.asker.run(dialogue())
        assert KEY not in str(fault.value)


async def test_without_an_address_nothing_is_asked() -> None:
    line = Scripted(ok())
    asker = Asker(line, Access(key=KEY), FrozenClock())
    with pytest.raises(ShopError, match="api_url"):
        await asker.run(one(GET))
    assert line.asked == []
