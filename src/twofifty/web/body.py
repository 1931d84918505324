"""Reading a request's body, never more of it than may be kept, nor longer than may be waited."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from twofifty.web.problem import Trouble, document, trouble

LIMIT = 1_048_576
"""Bytes of a body, as sent and inflated: 1 MiB."""

SECONDS = 30.0
"""How long a body may take to come."""

_GZIP = 31
_CLOSE = ("connection", "close")

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Headers = Iterable[tuple[bytes, bytes]]


class Gone(Exception):
    """The client hung up before its body was complete."""


async def read_body(headers: Headers, receive: Receive) -> bytes:
    """The whole body, inflated where it came with `Content-Encoding: gzip`.

    Raises Trouble 413 (over 1 MiB, the connection is closed), 408 (too slow, likewise), 415, 400
    (does not inflate), and Gone.
    """
    encoding = _checked(headers)
    try:
        async with asyncio.timeout(SECONDS):
            body = await _whole(receive)
    except TimeoutError:
        raise _too_slow() from None
    return inflated(bytes(body)) if encoding else bytes(body)


async def _whole(receive: Receive) -> bytes | bytearray:
    first = await receive()
    if first["type"] != "http.request":
        raise Gone
    body: bytes = first.get("body", b"")
    if first.get("more_body") or len(body) > LIMIT:
        return await _rest(body, receive, more=bool(first.get("more_body")))
    return body


def _checked(headers: Headers) -> bool:
    """Whether the body is compressed. Says no before anything is read where it can."""
    compressed = False
    for name, value in headers:
        if name == b"content-length" and (not value.isdigit() or int(value[:12]) > LIMIT):
            raise _too_large()
        if name == b"content-encoding" and (word := value.strip().lower()) not in (
            b"",
            b"identity",
        ):
            if word not in (b"gzip", b"x-gzip"):
                raise _unsupported()
            compressed = True
    return compressed


async def _rest(first: bytes, receive: Receive, *, more: bool) -> bytes:
    body = bytearray(first)
    while more and len(body) <= LIMIT:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        body += message.get("body", b"")
        more = bool(message.get("more_body"))
    if len(body) > LIMIT:
        raise _too_large()
    return bytes(body)


def inflated(body: bytes) -> bytes:
    """`body` without gzip. One member, whole, and at most `LIMIT` bytes of content."""
    stream = zlib.decompressobj(_GZIP)
    try:
        content = stream.decompress(body, LIMIT + 1)
    except zlib.error:
        raise trouble("bad-encoding", "The body is not valid gzip.") from None
    if len(content) > LIMIT:
        raise _too_large()
    if not stream.eof or stream.unused_data:
        raise trouble("bad-encoding", "The gzip body is cut short, or something follows it.")
    return content


def _too_large() -> Trouble:
    return Trouble(document("too-large", f"The limit is {LIMIT} bytes."), (_CLOSE,))


def _too_slow() -> Trouble:
    detail = f"The whole body has to come within {SECONDS:g} seconds."
    return Trouble(document("too-slow", detail), (_CLOSE,))


def _unsupported() -> Trouble:
    detail = "Send it plain, or with Content-Encoding: gzip."
    headers = (_CLOSE, ("accept-encoding", "gzip"))
    return Trouble(document("unsupported-encoding", detail), headers)
