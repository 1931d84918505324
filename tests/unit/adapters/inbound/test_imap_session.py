"""Servers that offer next to nothing, that lie, and that leave."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from tests.unit.adapters.inbound.book import Book, bounce, hearing, until
from twofifty.adapters.inbound.imap import ImapFolder
from twofifty.adapters.inbound.imap_session import ImapFault
from twofifty.adapters.inbound.url import Imap, parse_inbound

RAW = bounce()
USUAL: dict[str, bytes | None] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    "SELECT": b"* 1 EXISTS\r\n",
    "UID SEARCH": b"* SEARCH 7\r\n",
    "UID FETCH": b"* 1 FETCH (BODY[]<0> {%d}\r\n%s UID 7)\r\n" % (len(RAW), RAW),
}


class Server:
    """One that says what a test tells it. `said`: what it says before its OK, by command; None: it
    hangs up instead. `heard`: all commands, without their tags."""

    def __init__(self, said: Mapping[str, bytes | None]) -> None:
        self.said = {**USUAL, **said}
        self.heard: list[str] = []
        self.greeting = b"* OK here\r\n"
        self.no: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting)
        while line := (await reader.readline()).decode().strip():
            tag, _, command = line.partition(" ")
            self.heard.append(command)
            name = " ".join(command.split()[: 2 if command.startswith("UID") else 1])
            said = self.said.get(name, b"")
            if said is None:
                break
            word = b"NO" if name in self.no else b"OK"
            writer.write(said + f"{tag} ".encode() + word + b" said\r\n")
        writer.close()


@asynccontextmanager
async def served(server: Server) -> AsyncIterator[Imap]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    (where,) = parse_inbound(f"imap://me:hunter2@127.0.0.1:{port}/INBOX?tls=none")
    assert isinstance(where, Imap)
    try:
        yield where
    finally:
        listening.close()


async def read(server: Server) -> Book:
    """What one look brings."""
    book = Book()
    async with served(server) as where:
        reader = ImapFolder(where, hearing(book))
        try:
            await reader.look()
        finally:
            await reader.stop()
    return book


async def test_a_log_in_without_sasl_and_a_uid_behind_the_mail_are_enough() -> None:
    server = Server({})
    book = await read(server)
    assert [one.type for one in book.news()] == ["bounced"]
    assert 'LOGIN me "hunter2"' in server.heard
    assert "UID STORE 7 +FLAGS.SILENT (\\Seen)" in server.heard


async def test_a_mail_that_is_gone_meanwhile_is_no_mail() -> None:
    book = await read(Server({"UID FETCH": b""}))
    assert not book.pages


async def test_an_empty_mail_is_kept_like_any_other() -> None:
    server = Server({"UID FETCH": b'* 1 FETCH (UID 7 BODY[]<0> "")\r\n'})
    assert [one.type for one in (await read(server)).news()] == ["inbound"]
    assert "UID STORE 7 +FLAGS.SILENT (\\Seen)" in server.heard


@pytest.mark.parametrize("name", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
async def test_whoever_hangs_up_in_the_middle_is_asked_again(name: str) -> None:
    book = Book()
    server = Server({name: None})
    async with served(server) as where:
        reader = ImapFolder(where, hearing(book), pause=0.01)
        running = asyncio.create_task(reader.run())
        await until(lambda: reader.wrong is not None)
        server.said = dict(USUAL)
        await until(lambda: reader.wrong is None)
        running.cancel()
        await reader.stop()
    assert len(book.known) == 1


@pytest.mark.parametrize("name", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
async def test_a_server_that_says_no_is_told_of_without_its_words(name: str) -> None:
    server = Server({})
    server.no.add(name)
    with pytest.raises(ImapFault) as caught:
        await read(server)
    assert "hunter2" not in str(caught.value)
    assert "said" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("UID FETCH", b"* 1 FETCH (UID 7 BODY[]<0> {99999999}\r\nshort"),
        ("UID FETCH", b"* 1 FETCH nonsense\r\n* 9999 EXISTS\r\n"),
        ("UID SEARCH", b"* SEARCH\r\n"),
        ("SELECT", b"* many EXISTS\r\n"),
        ("SELECT", b""),
        ("CAPABILITY", b""),
        ("CAPABILITY", b"\x00\xff\r\n"),
        ("UID SEARCH", b"* SEARCH seven\r\n"),
    ],
)
async def test_nonsense_marks_nothing_as_read(name: str, said: bytes) -> None:
    server = Server({name: said})
    try:
        async with asyncio.timeout(3):
            book = await read(server)
    except (ImapFault, OSError, TimeoutError):
        book = Book()
    assert not book.pages
    assert not [one for one in server.heard if one.startswith("UID STORE")]


async def test_what_speaks_no_imap_is_said() -> None:
    server = Server({})
    server.greeting = b"220 mail.example.com ESMTP\r\n"
    with pytest.raises(ImapFault, match="does not speak IMAP"):
        await read(server)
