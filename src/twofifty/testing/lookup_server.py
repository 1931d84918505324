"""A tiny HTTP endpoint that says whether a message is in the ledger, as a relay with a log can.

`GET /accepted?message_id=<...>` answers 200 `{"accepted": true}` or `{"accepted": false}`. The URL
with `{message_id}` in it is what a sender's `lookup` setting wants.
"""

import asyncio
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from twofifty.testing.ledger import Ledger


class LookupServer:
    """Answers on loopback for one ledger, one request a connection."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.asked = 0
        self.url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens; returns the URL template."""
        self._server = await asyncio.start_server(self._serve, host, port)
        address = self._server.sockets[0].getsockname()
        self.url = f"http://{host}:{address[1]}/accepted?message_id={{message_id}}"
        return self.url

    async def stop(self) -> None:
        """Stops listening and breaks every connection off."""
        if self._server:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(self._answer(head.split(b"\r\n", 1)[0].decode("latin-1")))
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # a client that left or does not speak HTTP gets no answer
        finally:
            self._open.discard(writer)
            writer.close()

    def _answer(self, request_line: str) -> bytes:
        method, _, target = request_line.partition(" ")
        url = urlsplit(target.split(" ")[0])
        wanted = parse_qs(url.query).get("message_id", [])
        if method != "GET" or url.path != "/accepted" or len(wanted) != 1:
            return _response(HTTPStatus.NOT_FOUND, "{}")
        self.asked += 1
        found = bool(self._ledger.by_message_id(wanted[0]))
        return _response(HTTPStatus.OK, '{"accepted": %s}' % ("true" if found else "false"))


def _response(status: HTTPStatus, body: str) -> bytes:
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    ).encode()
