"""How often one address may come."""

import asyncio
from datetime import UTC, datetime

from tests.unit.adapters.inbound.book import SENDER, Book, hearing
from twofifty.adapters.inbound.listen import Listener
from twofifty.adapters.inbound.rates import PER_MINUTE, Rates
from twofifty.adapters.inbound.url import Listen


class Stood:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    def seconds(self) -> float:
        return self.at


def test_one_address_comes_so_often_a_minute_and_others_are_not_blamed() -> None:
    clock = Stood()
    rates = Rates(clock, 2)
    assert [rates.allows("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert rates.allows("192.0.2.2")
    clock.at = 60.0
    assert rates.allows("192.0.2.1")


def test_a_network_of_ipv6_is_one_and_this_machine_is_never_too_often() -> None:
    rates = Rates(Stood(), 1)
    assert rates.allows("2001:db8::1")
    assert not rates.allows("2001:db8::2")
    assert rates.allows("2001:db8:0:1::2")
    assert all(rates.allows("127.0.0.1") for _ in range(5))


async def test_a_stranger_who_sends_too_much_comes_again_in_a_minute() -> None:
    clock = Stood()
    listener = Listener(Listen("smtp", "127.0.0.1", 0), hearing(Book()), clock=clock)
    port = await listener.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))

    async def say(line: str) -> str:
        writer.write(f"{line}\r\n".encode())
        return (await reader.readline()).decode()

    await reader.readline()
    await say("HELO mx.example.net")
    for _ in range(PER_MINUTE):
        assert (await say("MAIL FROM:<>")).startswith("250")
        await say("RSET")
    assert (await say("MAIL FROM:<>")).startswith("421 4.7.0")
    assert (await say(f"RCPT TO:<{SENDER}>")).startswith("503")
    clock.at = 61.0
    assert (await say("MAIL FROM:<>")).startswith("250")
    writer.close()
    await listener.stop()
