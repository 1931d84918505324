"""Asking the next hop: true, false, or not known yet - and never an error."""

import asyncio

import pytest

from twofifty.adapters.smtp.lookup import HttpLookup

MESSAGE_ID = "1001.1/ä%@example.com"


def ask(answer: bytes, *, hang: bool = False) -> tuple[bool | None, bytes]:
    """The result of one look-up at a server that answers `answer`, and the request line."""
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
        writer.write(answer)
        if hang:
            await asyncio.sleep(3600)
        writer.close()

    async def scenario() -> bool | None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        lookup = HttpLookup(f"http://127.0.0.1:{port}/mail/{{message_id}}?k=1", seconds=0.5)
        accepted = await lookup.accepted(MESSAGE_ID)
        await lookup.close()
        server.close()
        return accepted

    result = asyncio.run(scenario())
    return result, requests[0] if requests else b""


def http(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


@pytest.mark.parametrize("known", [True, False])
def test_an_answer_is_taken_at_its_word(known: bool) -> None:
    accepted, request = ask(http(b'{"accepted": %s, "at": 1}' % str(known).lower().encode()))
    assert accepted is known
    assert request == b"GET /mail/1001.1%2F%C3%A4%25%40example.com?k=1 HTTP/1.1"


@pytest.mark.parametrize(
    "answer",
    [
        http(b"", "404 Not Found"),
        http(b'{"accepted": true}', "202 Accepted"),
        http(b'{"accepted": true}', "500 Oops"),
        http(b'{"accepted": true}', "302 Found", "Location: /elsewhere\r\n"),
        http(b'{"accepted": "true"}'),
        http(b'{"accepted": null}'),
        http(b"{}"),
        http(b"[1]"),
        http(b"\xff{"),
        http(b'{"accepted": true}'.ljust(5000)),
        http(b"\x1f\x8b junk", headers="Content-Encoding: gzip\r\n"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{",
        b"220 mx ESMTP\r\n",
        b"",
    ],
)
def test_anything_else_is_not_known_yet(answer: bytes) -> None:
    assert ask(answer)[0] is None


def test_silence_is_not_known_yet() -> None:
    assert ask(b"HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{", hang=True)[0] is None


def test_nobody_there_is_not_known_yet() -> None:
    async def scenario() -> None:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        lookup = HttpLookup(f"http://127.0.0.1:{port}/{{message_id}}", seconds=1)
        assert await lookup.accepted("a@example.com") is None
        await lookup.close()
        await lookup.close()

    asyncio.run(scenario())
