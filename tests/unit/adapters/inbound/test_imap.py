"""Fetching from a real IMAP server: nothing is marked before it is kept, and nothing twice."""

import asyncio
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.unit.adapters.inbound.book import ANSWER, ID, Book, bounce, hearing, return_path, until
from tests.unit.adapters.inbound.dovecot import MAY_RUN, PASSWORD, USER, Dovecot, dovecot
from twofifty.adapters.inbound.imap import ImapFolder
from twofifty.adapters.inbound.imap_session import Bounds, ImapFault
from twofifty.adapters.inbound.url import Imap, parse_inbound
from twofifty.errors import StoreError

pytestmark = pytest.mark.skipif(not MAY_RUN, reason="needs dovecot, and root to start it")

LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    """With nothing in it."""
    for folder in ("INBOX", "Read"):
        with running.client(folder) as client:
            if client.state == "SELECTED":
                client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()
    return running


def place(server: Dovecot, options: str = "", login: str = LOGIN) -> Imap:
    text = f"imaps://{login}@localhost:{server.secure}/INBOX?ca={server.ca}{options}"
    (found,) = parse_inbound(text)
    assert isinstance(found, Imap)
    return found


def folder(
    server: Dovecot, book: Book, options: str = "", bounds: Bounds | None = None
) -> ImapFolder:
    return ImapFolder(place(server, options), hearing(book), bounds or Bounds(), pause=0.05)


def numbered(count: int) -> list[bytes]:
    return [bounce(f"b{number}@example.net", to=return_path()) for number in range(count)]


async def test_what_was_read_is_seen_and_not_read_again(server: Dovecot) -> None:
    book = Book()
    server.deliver([*numbered(3), ANSWER, b"\r\n"])
    reader = folder(server, book)
    assert await reader.look() == 5
    assert await reader.look() == 0
    await reader.stop()
    assert await folder(server, book).look() == 0
    assert (server.count("SEEN"), server.count()) == (5, 5)
    assert sorted(one.type for one in book.news()) == ["bounced"] * 3 + ["inbound"] * 2
    assert [one.own_id for one in book.news()].count(ID) == 3


async def test_what_comes_later_is_read_over_the_same_connection(server: Dovecot) -> None:
    book = Book()
    reader = folder(server, book)
    assert await reader.look() == 0
    for count in (2, 1):
        server.deliver(numbered(count))
        assert await reader.look() == count
    await reader.stop()


@pytest.mark.parametrize(("options", "moved"), [("&delete=yes", 0), ("&move=Read", 45)])
async def test_what_was_read_is_gone_where_the_settings_say_so(
    server: Dovecot, options: str, moved: int
) -> None:
    book = Book()
    server.deliver(numbered(45))
    reader = folder(server, book, options, Bounds(window=20, batch=7))
    assert await reader.look() == 45
    assert server.count() == 0
    assert len({one.recipient for one in book.news()}) == 45
    if moved:
        assert server.count("ALL", "Read") == moved
    await reader.stop()


@pytest.mark.parametrize("options", ["", "&delete=yes", "&move=Read"])
async def test_a_store_that_refuses_leaves_every_mail_where_it_is(
    server: Dovecot, options: str
) -> None:
    book = Book()
    book.fault = StoreError()
    server.deliver(numbered(3))
    reader = folder(server, book, options)
    with pytest.raises(StoreError):
        await reader.look()
    assert (server.count("UNSEEN UNDELETED"), server.count()) == (3, 3)
    book.fault = None
    assert await reader.look() == 3
    await reader.stop()


async def test_what_was_kept_and_not_yet_marked_is_known_when_it_is_read_again(
    server: Dovecot,
) -> None:
    book = Book()
    server.deliver(numbered(2))
    assert await folder(server, book).look() == 2
    with server.client() as client:
        client.store("1:*", "-FLAGS", r"(\Seen)")
    assert await folder(server, book).look() == 2
    assert len(book.pages) == 4
    assert len(book.known) == 2


async def test_a_mail_that_is_larger_than_anything_is_read_as_far_as_that(
    server: Dovecot,
) -> None:
    book = Book()
    server.deliver([bounce() + b"x" * 50_000])
    assert await folder(server, book, bounds=Bounds(longest=2_000)).look() == 1
    (page,) = book.pages
    assert len(page[2]) == 2_000
    assert page[1][0].type == "bounced"


async def test_a_server_that_is_away_is_tried_again_until_it_is_back(server: Dovecot) -> None:
    book = Book()
    reader = folder(server, book)
    server.deliver(numbered(2))
    server.stop()
    running = asyncio.create_task(reader.run())
    await until(lambda: reader.wrong is not None)
    assert not book.pages
    await asyncio.to_thread(server.start)
    await until(lambda: reader.wrong is None)
    assert len(book.pages) == 2
    running.cancel()
    await reader.stop()


async def test_a_wrong_password_is_said_without_a_word_of_it(server: Dovecot) -> None:
    where = place(server, login="me%40example.com:hunter2")
    reader = ImapFolder(where, hearing(Book()))
    with pytest.raises(ImapFault, match="refuses the log-in") as caught:
        await reader.look()
    assert "hunter2" not in str(caught.value)
    assert "me@" not in str(caught.value)


async def test_a_certificate_that_nobody_vouches_for_is_not_taken(server: Dovecot) -> None:
    (where,) = parse_inbound(f"imaps://{LOGIN}@localhost:{server.secure}")
    assert isinstance(where, Imap)
    with pytest.raises(OSError, match="certificate verify failed"):
        await ImapFolder(where, hearing(Book())).look()


async def test_a_folder_that_is_not_there_is_said(server: Dovecot) -> None:
    text = f"imaps://{LOGIN}@localhost:{server.secure}/Nowhere?ca={server.ca}"
    (where,) = parse_inbound(text)
    assert isinstance(where, Imap)
    with pytest.raises(ImapFault, match="refuses the folder"):
        await ImapFolder(where, hearing(Book())).look()


@pytest.mark.parametrize("tls", ["starttls", "none"])
async def test_the_usual_port_is_read_with_starttls_and_here_without(
    server: Dovecot, tls: str
) -> None:
    book = Book()
    server.deliver(numbered(1))
    text = f"imap://{LOGIN}@localhost:{server.plain}/INBOX?tls={tls}"
    (where,) = parse_inbound(text + (f"&ca={server.ca}" if tls == "starttls" else ""))
    assert isinstance(where, Imap)
    assert await ImapFolder(where, hearing(book)).look() == 1


@pytest.mark.parametrize("options", ["&delete=yes", "&move=Read"])
async def test_a_server_that_offers_little_is_enough(options: str) -> None:
    with dovecot("imap_capability = IMAP4rev1\n") as small:
        with small.client() as client:
            assert "MOVE" not in str(client.capability())
        book = Book()
        small.deliver(numbered(3))
        reader = folder(small, book, options)
        assert await reader.look() == 3
        assert small.count() == 0
        await reader.stop()
