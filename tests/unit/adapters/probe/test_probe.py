"""Looks at real servers on loopback: handshakes, greetings, documents, dates."""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.probe.https import LONGEST, Fetched, Web, read_date
from twofifty.adapters.probe.machine import public_addresses
from twofifty.adapters.probe.smtp import Seen, greeting_date, look
from twofifty.clock import SystemClock
from twofifty.testing.certificates import Authority

GREETING = b"220 mx.test ESMTP\r\n"
OFFER = b"250-mx.test\r\n250 STARTTLS\r\n"


@asynccontextmanager
async def smtp(
    greeting: bytes, offer: bytes, tls: ssl.SSLContext | None, *, implicit: bool = False
) -> AsyncIterator[int]:
    """Says what it is told, and upgrades where it has `tls`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(greeting)
            if greeting and await reader.readline():
                writer.write(offer)
            if greeting and (await reader.readline()).startswith(b"STARTTLS") and tls:
                writer.write(b"220 go\r\n")
                await writer.start_tls(tls)
                await reader.read()
        except OSError:
            pass  # the client has seen enough
        finally:
            writer.transport.abort()

    context = tls if implicit else None
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


def seen(
    greeting: bytes = GREETING,
    offer: bytes = OFFER,
    tls: ssl.SSLContext | None = None,
    *,
    implicit: bool = False,
) -> Seen:
    async def run() -> Seen:
        async with smtp(greeting, offer, tls, implicit=implicit) as port:
            return await look("127.0.0.1", port, SystemClock(), implicit=implicit)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(datetime.now(UTC))


@pytest.mark.parametrize("implicit", [False, True])
def test_a_certificate_is_seen_whoever_signed_it(authority: Authority, implicit: bool) -> None:
    found = seen(tls=authority.good().server_context(), implicit=implicit)
    assert found.tls is not None
    assert set(found.tls.names) == {"localhost", "127.0.0.1"}
    assert found.tls.not_before < datetime.now(UTC) < found.tls.not_after
    assert found.tls.version.startswith("TLSv1.")


def test_an_expired_certificate_is_seen_too(authority: Authority) -> None:
    found = seen(tls=authority.expired().server_context())
    assert found.tls is not None
    assert found.tls.not_after < datetime.now(UTC)


def test_a_server_without_tls_shows_none() -> None:
    assert seen(offer=b"250 mx.test\r\n") == Seen()


@pytest.mark.parametrize(
    ("greeting", "offer"),
    [
        (b"554 go away\r\n", OFFER),
        (b"", OFFER),
        (b"HTTP/1.1 400 Bad Request\r\n", OFFER),
        (GREETING, b"500 what\r\n"),
        (b"220-" + b"x" * 10_000 + b"\r\n220 mx.test\r\n", OFFER),
        (b"220-mx.test\r\n" * 200, OFFER),
        (GREETING, OFFER),
    ],
)
def test_a_server_that_is_no_good_is_a_fault_and_no_error(greeting: bytes, offer: bytes) -> None:
    found = seen(greeting, offer)
    assert found.tls is None
    assert found.fault


def test_nobody_there_is_a_fault() -> None:
    async def run() -> Seen:
        async with smtp(b"", b"", None) as port:
            pass
        return await look("127.0.0.1", port, SystemClock(), implicit=False)

    assert "cannot be reached" in asyncio.run(run()).fault


def test_the_time_in_a_greeting_is_compared_with_ours() -> None:
    said = datetime.now(UTC) + timedelta(hours=1)
    greeting = f"220 mx.test ESMTP Exim {said:%a, %d %b %Y %H:%M:%S} +0000\r\n".encode()
    found = seen(greeting, b"250 mx.test\r\n")
    assert found.ahead is not None
    assert 3_500 < found.ahead < 3_700


@pytest.mark.parametrize(
    ("greeting", "hour"),
    [
        ("220 mx ESMTP Exim 4.98 Sun, 22 Nov 2026 12:00:00 +0000", 12),
        ("220 mx Microsoft ESMTP ready at Sun, 22 Nov 2026 14:00:00 +0200", 12),
        ("220 mx ESMTP Sendmail 8.18; Sun, 22 Nov 2026 12:00:00 GMT", None),
        ("220 mx ESMTP Postfix", None),
        ("220 mx 99 Nov 2026 12:00:00 +0000", None),
    ],
)
def test_a_greeting_may_say_the_time(greeting: str, hour: int | None) -> None:
    found = greeting_date(greeting)
    assert (found.hour if found else None) == hour


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    for found in (greeting_date(text), read_date(text)):
        assert found is None or found.tzinfo is UTC


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kinds = {"/plain": "text/plain; charset=utf-8", "/long": "text/plain"}
        status = {"/gone": 404, "/moved": 301}.get(self.path, 200)
        body = b"x" * (LONGEST + 1) if self.path == "/long" else b"version: STSv1\r\n"
        self.send_response(status)
        self.send_header("Content-Type", kinds.get(self.path, "text/html"))
        self.send_header("Location", "/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.send_response(405)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nobody reads it."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def document(url: str) -> Fetched:
    async def run() -> Fetched:
        web = Web(2.0)
        try:
            return await web.document(url)
        finally:
            await web.close()

    return asyncio.run(run())


def test_a_plain_document_is_fetched(site: str) -> None:
    assert document(f"{site}/plain") == Fetched("version: STSv1\r\n")


@pytest.mark.parametrize(
    ("path", "word"),
    [("/gone", "404"), ("/moved", "301"), ("/page", "text/html"), ("/long", "longer")],
)
def test_a_document_that_is_none_is_said_by_the_server(site: str, path: str, word: str) -> None:
    found = document(site + path)
    assert found.reached
    assert word in found.fault


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "https://", "nonsense", "http://[::1"])
def test_a_document_that_nobody_serves_could_not_be_checked(url: str) -> None:
    found = document(url)
    assert not found.reached
    assert found.fault


def test_a_server_says_the_time_even_where_it_refuses(site: str) -> None:
    async def run(url: str) -> datetime | None:
        web = Web(2.0)
        try:
            return await web.date(url)
        finally:
            await web.close()

    said = asyncio.run(run(site))
    assert said is not None
    assert abs(said - datetime.now(UTC)) < timedelta(minutes=1)
    assert asyncio.run(run("http://127.0.0.1:1/")) is None


def test_only_public_addresses_of_this_machine_are_told() -> None:
    assert all(address.is_global for address in public_addresses())
