"""Links that do not answer are found; nobody's private network is looked into."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from twofifty.compose.lint import Finding, check_links

STATUS = {"/ok": 200, "/gone": 410, "/closed": 403, "/fault": 500}


class Pages(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/no-head" and self.command == "HEAD":
            self.send_response(405)
        elif path == "/moved":
            self.send_response(302)
            self.send_header("location", "/gone")
        elif path == "/circle":
            self.send_response(302)
            self.send_header("location", "/circle")
        else:
            self.send_response(STATUS.get(path, 200 if path == "/no-head" else 404))
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def asked(html: str, *, private: bool = True) -> tuple[Finding, ...]:
    async def ask() -> tuple[Finding, ...]:
        async with httpx2.AsyncClient(timeout=5) as client:
            return await check_links(html, client, private=private)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/ok", ""),
        ("/closed", ""),
        ("/no-head", ""),
        ("/gone", "answers 410"),
        ("/missing", "answers 404"),
        ("/fault", "answers 500"),
        ("/moved", "answers 410"),
        ("/circle", "answers 508"),
    ],
)
def test_a_link_is_as_good_as_its_answer(site: str, path: str, said: str) -> None:
    messages = [one.message for one in asked(f"<p>\n <a href='{site}{path}'>a</a>")]
    assert len(messages) == bool(said)
    assert all(message.endswith(said) for message in messages)


def test_the_place_of_a_dead_link_is_that_of_its_element(site: str) -> None:
    (dead,) = asked(f"<p>\n <img src='{site}/gone'><a href='{site}/gone'>")
    assert (dead.code, dead.where.line, dead.where.column) == ("link-dead", 2, 2)
    assert dead.where.element == "img"


def test_a_server_that_is_not_there_is_said() -> None:
    (dead,) = asked("<a href='http://127.0.0.1:9/'>a</a>")
    assert "cannot be reached" in dead.message


def test_a_private_network_is_not_asked(site: str) -> None:
    (dead,) = asked(f"<a href='{site}/ok'>a</a>", private=False)
    assert "private network" in dead.message


def test_what_is_no_web_address_is_not_asked() -> None:
    assert (
        asked("<a href='mailto:a@example.com'><a href='#a'><a href='{{url}}'><img src='cid:a'>")
        == ()
    )


def test_an_address_that_is_none_is_said() -> None:
    assert len(asked("<a href='http://[::'>a</a><a href='http://'>b</a>")) == 2


def test_names_that_are_reserved_for_examples_are_not_asked() -> None:
    hosts = ("example.com", "shop.example.com", "a.test", "b.invalid", "c.example", "EXAMPLE.ORG")
    assert asked("".join(f"<a href='https://{host}/'>a</a>" for host in hosts)) == ()


def test_an_address_that_was_asked_before_is_not_asked_again() -> None:
    async def ask() -> tuple[Finding, ...]:
        known = {"http://127.0.0.1:9/a": "", "http://127.0.0.1:9/b": "answers 410"}
        async with httpx2.AsyncClient(timeout=5) as client:
            html = "<a href='http://127.0.0.1:9/a'>a</a><a href='http://127.0.0.1:9/b'>b</a>"
            return await check_links(html, client, private=True, known=known)

    (dead,) = asyncio.run(ask())
    assert dead.message == "http://127.0.0.1:9/b: answers 410"
