"""Public keys of platforms: fetched seldom, by who may, and never a flood."""

from tests.unit.flow.test_ask import Scripted
from twofifty.adapters.ebay.shop import EbayShop
from twofifty.adapters.http.keys import KEEP_SECONDS, MOST_A_MINUTE, RETRY_SECONDS, HttpKeys
from twofifty.errors import ShopBusy
from twofifty.flow.ask import Asker
from twofifty.flow.fetch import Askable
from twofifty.intake.shop import Access, Ask, Reply
from twofifty.testing.clock import FrozenClock

URL = "https://keys.test/1"
RIGHT = Reply(200, {}, b"key")


async def test_a_key_is_fetched_once_and_kept_for_an_hour() -> None:
    clock, line = FrozenClock(), Scripted(RIGHT)
    keys = HttpKeys(clock, {}, line)
    assert [await keys.key("shop", URL) for _ in range(3)] == [b"key"] * 3
    assert len(line.asked) == 1
    clock.advance(KEEP_SECONDS)
    assert await keys.key("shop", URL) == b"key"
    assert len(line.asked) == 2


async def test_a_key_that_cannot_be_had_is_not_asked_for_at_once_again() -> None:
    clock, line = FrozenClock(), Scripted(ShopBusy("away"), RIGHT)
    keys = HttpKeys(clock, {}, line)
    assert await keys.key("shop", URL) is None
    assert await keys.key("shop", URL) is None
    assert len(line.asked) == 1
    clock.advance(RETRY_SECONDS)
    assert await keys.key("shop", URL) == b"key"


async def test_an_old_key_serves_while_a_new_one_cannot_be_had() -> None:
    clock, line = FrozenClock(), Scripted(RIGHT, ShopBusy("away"))
    keys = HttpKeys(clock, {}, line)
    assert await keys.key("shop", URL) == b"key"
    clock.advance(KEEP_SECONDS)
    assert await keys.key("shop", URL) == b"key"
    assert len(line.asked) == 2


async def test_a_page_that_is_no_key_is_none() -> None:
    for reply in (Reply(404, {}, b"no"), Reply(200, {}, b""), Reply(200, {}, b"x" * 100_000)):
        assert await HttpKeys(FrozenClock(), {}, Scripted(reply)).key("shop", URL) is None


async def test_made_up_names_of_keys_are_no_flood_of_requests() -> None:
    clock, line = FrozenClock(), Scripted(RIGHT)
    keys = HttpKeys(clock, {}, line)
    for number in range(500):
        await keys.key("shop", f"{URL}/{number}")
    assert len(line.asked) == MOST_A_MINUTE
    clock.advance(60)
    assert await keys.key("shop", f"{URL}/new") == b"key"


async def test_a_platform_that_tells_only_applications_is_asked_as_one() -> None:
    clock = FrozenClock()
    line = Scripted(Reply(200, {}, b'{"access_token": "t", "expires_in": 7200}'), RIGHT)
    access = Access(key="app", secret="cert", options={})
    plain = Scripted(Reply(401, {}, b""))
    keys = HttpKeys(clock, {"bay": Askable(EbayShop(), Asker(line, access, clock))}, plain)
    assert await keys.key("bay", URL) == b"key"
    assert line.asked[-1].headers["authorization"] == "Bearer t"
    assert plain.asked == []


async def test_made_up_names_push_no_good_key_out_and_shut_no_other_sources_door() -> None:
    class Some(Scripted):
        async def send(self, ask: Ask) -> Reply:
            return RIGHT if ask.url == URL else Reply(404, {}, b"")

    clock = FrozenClock()
    keys = HttpKeys(clock, {}, Some(RIGHT))
    assert await keys.key("shop", URL) == b"key"
    for number in range(200):
        await keys.key("shop", f"{URL}/{number}")
        clock.advance(4)
    assert await keys.key("shop", URL) == b"key"
    for number in range(MOST_A_MINUTE):
        await keys.key("shop", f"{URL}/again/{number}")
    assert await keys.key("shop", f"{URL}/one/more") is None
    other = HttpKeys(clock, {}, Scripted(RIGHT))
    assert await other.key("other", f"{URL}/one/more") == b"key"
