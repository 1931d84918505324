"""The programs beside a benchmark: what they count is what happened."""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.processes import Load, Sink, line
from twofifty.testing.load import Post

COUNT = 300


def mail(number: int) -> bytes:
    return f"Message-ID: <m{number}@example.com>\r\n\r\nHello\r\n".encode()


def talk(port: int, *parts: bytes) -> bytes:
    """Everything at once, as a pipelining client may send it; all that comes back."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"".join([b"EHLO a\r\n", *parts, b"QUIT\r\n"]))
        said = b""
        while data := connection.recv(65_536):
            said += data
        return said


def envelope(number: int) -> bytes:
    return f"MAIL FROM:<a@example.com>\r\nRCPT TO:<b{number}@example.com>\r\n".encode()


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink("--chunking")
    yield made
    made.close()


def by_data(number: int) -> bytes:
    head = b"X: 1\r\n" + mail(number)
    return envelope(number) + b"DATA\r\n" + head + b".\r\n"


def by_chunk(number: int) -> bytes:
    head = b"X: 1\r\n" + mail(number)
    return envelope(number) + f"BDAT {len(head)} LAST\r\n".encode() + head


@pytest.mark.parametrize("way", [by_data, by_chunk])
def test_the_sink_names_every_message_that_it_took(sink: Sink, way: Callable[[int], bytes]) -> None:
    said = talk(sink.port, *(way(number) for number in range(COUNT)))
    assert said.count(b"250 2.0.0 taken") == COUNT == sink.count()
    taken = sink.taken()
    assert [one.message_id for one in taken] == [f"m{n}@example.com" for n in range(COUNT)]
    assert [one.recipient for one in taken] == [f"b{n}@example.com" for n in range(COUNT)]
    assert sink.span() == (taken[0].at, taken[-1].at)


def test_what_the_sink_puts_off_it_did_not_take() -> None:
    made = Sink("--defer", "0.5")
    try:
        said = talk(made.port, *(by_data(number) for number in range(COUNT)))
        assert said.count(b"451 4.3.0") + made.count() == COUNT
        assert 0 < made.count() < COUNT
    finally:
        made.close()


def test_a_long_line_changes_nothing_but_the_time(sink: Sink) -> None:
    with line(sink.port, 0.05) as port:
        said = talk(port, *(by_data(number) for number in range(COUNT)))
    assert said == talk(sink.port, *(by_data(number) for number in range(COUNT)))


@pytest.fixture
def shop() -> Iterator[tuple[int, Counter[str]]]:
    """Takes every order, and answers 503 to the first of every third."""
    seen: Counter[str] = Counter()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            name = self.rfile.read(int(self.headers["Content-Length"])).decode()
            seen[name] += 1
            self.send_response(503 if int(name) % 3 == 0 and seen[name] == 1 else 202)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1], seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("pace", [None, 2_000.0])
def test_the_load_has_an_answer_to_every_order(
    shop: tuple[int, Counter[str]], pace: float | None
) -> None:
    port, seen = shop
    posts = [Post(str(n), "/v1/orders", str(n).encode()) for n in range(COUNT)]
    had = Load(port, posts, connections=7, pace=pace).answers()
    assert Counter(one.name for one in had.answers) == Counter(str(n) for n in range(COUNT))
    assert seen == Counter({str(n): 1 + (n % 3 == 0) for n in range(COUNT)})
    assert {one.status for one in had.answers} == {202}
    assert all(one.at >= one.due for one in had.answers)


def test_a_paced_load_counts_from_when_an_order_was_due(shop: tuple[int, Counter[str]]) -> None:
    posts = [Post(str(3 * n + 1), "/v1/orders", str(3 * n + 1).encode()) for n in range(50)]
    had = Load(shop[0], posts, connections=2, pace=500.0).answers()
    due = sorted(one.due for one in had.answers)
    assert [round(at - due[0], 6) for at in due] == [round(k / 500, 6) for k in range(50)]
