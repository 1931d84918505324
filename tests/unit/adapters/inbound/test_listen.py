"""The listener on loopback: who may send what, and when it says 250."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.unit.adapters.inbound.book import (
    ANSWER,
    BOUNCES,
    ID,
    SENDER,
    Book,
    bounce,
    hearing,
    return_path,
)
from twofifty.adapters.inbound.listen import MAX_SIZE, Listener
from twofifty.adapters.inbound.url import Listen, Protocol
from twofifty.errors import StartError, StoreError, StoreFull

TAKEN = "250 2.0.0 kept"
STRANGER = "550 5.1.1 no such address here"


class Wire:
    """A mail server that hands mail over, line by line."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Wire":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self.greeting = await self.reply()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._writer.close()

    async def reply(self) -> str:
        """The last line of one reply, or nothing where the connection is over."""
        while line := (await self._reader.readline()).decode().rstrip():
            if line[3:4] != "-":
                return line
        return ""

    async def say(self, line: str) -> str:
        await self.write(f"{line}\r\n".encode())
        return await self.reply()

    async def write(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()

    async def mail(self, recipients: Sequence[str], raw: bytes, sender: str = "") -> list[str]:
        """What is said to each recipient, and to the mail; one reply for SMTP."""
        said = [await self.say(f"MAIL FROM:<{sender}>")]
        assert said == ["250 OK"], said
        said = [await self.say(f"RCPT TO:<{one}>") for one in recipients]
        if not any(one.startswith("250") for one in said):
            await self.say("RSET")
            return said
        assert (await self.say("DATA")).startswith("354")
        lines = (b"." + one if one.startswith(b".") else one for one in raw.split(b"\r\n"))
        return [*said, await self.say((b"\r\n".join(lines) + b"\r\n.").decode("latin-1"))]


@asynccontextmanager
async def listening(book: Book, protocol: Protocol = "smtp", most: int = 40) -> AsyncIterator[int]:
    listener = Listener(Listen(protocol, "127.0.0.1", 0), hearing(book), most=most)
    port = await listener.start()
    try:
        yield port
    finally:
        await listener.stop()


@asynccontextmanager
async def greeted(book: Book, protocol: Protocol = "smtp") -> AsyncIterator[Wire]:
    async with listening(book, protocol) as port, Wire(port) as wire:
        said = await wire.say(
            "LHLO mx.example.net" if protocol == "lmtp" else "EHLO mx.example.net"
        )
        assert said.startswith("250")
        yield wire


async def test_a_bounce_without_a_sender_is_taken_and_names_its_message() -> None:
    book = Book()
    async with greeted(book) as wire:
        said = await wire.mail([return_path()], bounce())
    assert said == ["250 2.1.5 expected", TAKEN]
    (news,) = book.news()
    assert (news.type, news.bounce, news.own_id) == ("bounced", "hard", ID)
    assert news.recipient == "buyer@example.net"


@pytest.mark.parametrize("address", [BOUNCES, BOUNCES.upper(), SENDER])
async def test_plain_addresses_of_ours_are_taken(address: str) -> None:
    book = Book()
    async with greeted(book) as wire:
        assert (await wire.mail([address], ANSWER, "buyer@example.net"))[-1] == TAKEN
    assert [one.type for one in book.news()] == ["inbound"]


@pytest.mark.parametrize(
    "address",
    [
        "somebody@example.org",
        "bounces@example.com",
        "orders@b.example.com",
        f"bounces+{ID}@b.example.com",
        f"bounces+{ID}.aaaaaaaaaaaaaaaa@b.example.com",
        "postmaster@b.example.com",
        '"@somebody@example.org:orders"@example.com',
    ],
)
@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
async def test_it_relays_nothing_and_refuses_at_once(address: str, protocol: Protocol) -> None:
    book = Book()
    async with greeted(book, protocol) as wire:
        assert await wire.mail([address], ANSWER) == [STRANGER]
        assert (await wire.say("DATA")).startswith("503")
    assert not book.pages


async def test_lmtp_says_of_each_recipient_what_became_of_it() -> None:
    book = Book()
    async with greeted(book, "lmtp") as wire:
        said = await wire.mail([return_path(), "nobody@example.org", SENDER], bounce())
        assert said == ["250 2.1.5 expected", STRANGER, "250 2.1.5 expected", TAKEN]
        assert await wire.reply() == TAKEN
        assert (await wire.say("QUIT")).startswith("221")
    assert len(book.pages) == 2


async def test_smtp_is_refused_by_lmtp() -> None:
    async with listening(Book(), "lmtp") as port, Wire(port) as wire:
        assert (await wire.say("EHLO mx.example.net")).startswith("500")
        assert (await wire.say("LHLO mx.example.net")).startswith("250")


@pytest.mark.parametrize(
    ("fault", "said"),
    [(StoreError(), "451 4.3.0"), (StoreFull(), "452 4.3.1"), (KeyError(), "451")],
)
async def test_what_cannot_be_kept_is_not_taken(fault: Exception, said: str) -> None:
    book = Book()
    book.fault = fault
    async with greeted(book) as wire:
        assert (await wire.mail([return_path()], bounce()))[-1].startswith(said)
        book.fault = None
        await wire.say("RSET")
        assert (await wire.mail([return_path()], bounce()))[-1] == TAKEN


async def test_the_same_mail_again_is_taken_and_known() -> None:
    book = Book()
    async with greeted(book) as wire:
        for _ in range(2):
            assert (await wire.mail([return_path()], bounce()))[-1] == TAKEN
    assert len(book.known) == 1


async def test_a_mail_that_is_too_large_is_refused_and_the_session_goes_on() -> None:
    book = Book()
    async with greeted(book) as wire:
        assert (await wire.say(f"MAIL FROM:<> SIZE={MAX_SIZE + 1}")).startswith("552")
        large = bounce() + b"x" * 60 * 10 + (b"y" * 62 + b"\r\n") * (MAX_SIZE // 64)
        assert (await wire.mail([SENDER], large))[-1].startswith("552")
        assert (await wire.mail([SENDER], bounce()))[-1] == TAKEN
    assert len(book.pages) == 1


async def test_lines_without_end_are_read_as_the_world_writes_them() -> None:
    book = Book()
    async with greeted(book) as wire:
        assert (await wire.mail([SENDER], bounce() + b"x" * 20_000))[-1] == TAKEN


async def test_a_mail_whose_end_never_came_was_never_taken() -> None:
    book = Book()
    async with listening(book) as port:
        async with Wire(port) as wire:
            await wire.say("EHLO mx.example.net")
            await wire.say("MAIL FROM:<>")
            await wire.say(f"RCPT TO:<{SENDER}>")
            await wire.say("DATA")
            await wire.write(bounce())
        async with Wire(port) as again:
            await again.say("EHLO mx.example.net")
            assert (await again.mail([SENDER], bounce()))[-1] == TAKEN
    assert len(book.pages) == 1


async def test_a_bare_line_feed_before_the_dot_ends_no_mail() -> None:
    book = Book()
    smuggled = f"\n.\nMAIL FROM:<>\nRCPT TO:<{SENDER}>\nDATA\nX".encode()
    async with greeted(book) as wire:
        assert (await wire.mail([SENDER], bounce() + smuggled + b"\r\n"))[-1] == TAKEN
    assert len(book.pages) == 1


async def test_more_sessions_than_there_is_room_for_come_later() -> None:
    book = Book()
    async with listening(book, most=2) as port, Wire(port) as one, Wire(port) as other:
        async with Wire(port) as third:
            assert third.greeting.startswith("421")
            assert await third.reply() == ""
        assert (await one.say("EHLO a.example.net")).startswith("250")
        assert (await other.say("QUIT")).startswith("221")
        assert await other.reply() == ""
        async with Wire(port) as fourth:
            assert fourth.greeting.startswith("220")


async def test_many_at_once_are_all_taken() -> None:
    book = Book()
    book.pause = 0.01

    async def one(port: int, number: int) -> str:
        async with Wire(port) as wire:
            await wire.say("EHLO mx.example.net")
            return (await wire.mail([return_path()], bounce(f"b{number}@example.net")))[-1]

    async with listening(book) as port:
        said = await asyncio.gather(*(one(port, number) for number in range(30)))
    assert said == [TAKEN] * 30
    assert len({one.recipient for one in book.news()}) == 30


async def test_a_port_that_is_taken_is_named() -> None:
    async with listening(Book()) as port:
        with pytest.raises(
            StartError, match=f"INBOUND_URL: cannot listen on lmtp://127.0.0.1:{port}"
        ):
            await Listener(Listen("lmtp", "127.0.0.1", port), hearing(Book())).start()


async def test_stopping_ends_sessions_that_are_open() -> None:
    listener = Listener(Listen("smtp", "127.0.0.1", 0), hearing(Book()))
    async with Wire(await listener.start()) as wire:
        await listener.stop()
        assert await wire.reply() == ""
    await listener.stop()
