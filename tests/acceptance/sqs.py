"""An emulator of SQS (moto) as a process of its own on loopback, and a line to it that breaks.

    python -m tests.acceptance.sqs PORT

moto is no AWS: it keeps everything in memory, checks no credentials, asks for no pauses and answers
from one place. Its lists are not made for several threads: here one request is answered at a time,
and a question that stays open is asked again and again.
"""

import asyncio
import contextlib
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import moto.sqs.models
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import create_environ, run_wsgi_app

from twofifty.testing.ports import free_port

REGION = "eu-central-1"
_START_SECONDS = 60.0
_PAUSE = 0.02


class Emulator:
    """The emulator's process. Every name for queues is given once."""

    def __init__(self) -> None:
        self.port = free_port()
        root = Path(__file__).parents[2]
        command = [sys.executable, "-m", "tests.acceptance.sqs", str(self.port)]
        self._process = subprocess.Popen(
            command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._names = itertools.count(1)
        self._await()

    def url(self, end: str = "", port: int | None = None, **options: object) -> str:
        """A `BROKER_URL` with queues of its own; `end`: `.fifo` or nothing."""
        return self.named(f"shop{next(self._names)}{end}", port, **options)

    def named(self, queue: str, port: int | None = None, **options: object) -> str:
        """A `BROKER_URL` with these queues."""
        given = {"endpoint": f"http://127.0.0.1:{port or self.port}", "wait": 1, **options}
        words = "&".join(f"{name}={value}" for name, value in given.items())
        return f"sqs://KEYID:SECRET-WORD@{REGION}/{queue}?{words}"

    def stop(self) -> None:
        """Ends it; what it had is gone."""
        self._process.kill()
        self._process.wait()

    def _await(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.1)
        raise RuntimeError("the emulator of SQS did not start")


# ── A line that breaks ──────────────────────────────────────────────────────────────────────────


class Asked:
    """One request as the proxy got it. `action` as in `SendMessageBatch`; `number`: how often that
    action was asked for by now, 1 the first time."""

    def __init__(self, raw: bytes, action: str, number: int) -> None:
        self.raw = raw
        self.action = action
        self.number = number

    def words(self) -> dict[str, Any]:
        """What it says."""
        return json.loads(self.raw.partition(b"\r\n\r\n")[2])


Forward = Callable[[], Awaitable[bytes]]
Fault = Callable[[Asked, Forward], Awaitable[bytes | None]]
"""Gives the bytes of the reply, None to hang up; `forward` asks the emulator."""


class FaultProxy:
    """Stands before the emulator and does to each request what `fault` says."""

    def __init__(self, port: int) -> None:
        self.fault: Fault = passed
        self.asked: list[Asked] = []
        self.port = 0
        self._behind = port
        self._lines: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    def count(self, action: str) -> int:
        """How often `action` was asked for."""
        return sum(one.action == action for one in self.asked)

    def cut(self) -> None:
        """Hangs up on every line."""
        for line in self._lines:
            line.transport.abort()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["FaultProxy"]:
        """Listens while the block runs."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._server.close()
            self.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while (raw := await _message(reader)) and (reply := await self._answer(raw)):
                writer.write(reply)
                await writer.drain()
                if _is_short(reply):
                    break
        self._lines.discard(writer)
        writer.close()

    async def _answer(self, raw: bytes) -> bytes | None:
        action = raw.partition(b"AmazonSQS.")[2].partition(b"\r\n")[0].decode()
        asked = Asked(raw, action, self.count(action) + 1)
        self.asked.append(asked)
        return await self.fault(asked, lambda: self._forward(raw))

    async def _forward(self, raw: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._behind)
        try:
            writer.write(raw)
            return await _message(reader)
        finally:
            writer.close()


async def passed(asked: Asked, forward: Forward) -> bytes | None:
    """No fault."""
    return await forward()


async def hung_up(asked: Asked, forward: Forward) -> bytes | None:
    """The line ends before the request gets anywhere."""
    return None


async def unanswered(asked: Asked, forward: Forward) -> bytes | None:
    """The request is done, the line ends before the reply."""
    await forward()
    return None


async def cut_short(asked: Asked, forward: Forward) -> bytes | None:
    """The line ends in the middle of the reply."""
    reply = await forward()
    return reply[:-10]


def slow(seconds: float) -> Fault:
    """The reply comes late."""

    async def fault(asked: Asked, forward: Forward) -> bytes | None:
        await asyncio.sleep(seconds)
        return await forward()

    return fault


def refused(status: int, code: str, message: str = "no") -> Fault:
    """An error in the place of a reply; without a code, one of a proxy on the way."""

    async def fault(asked: Asked, forward: Forward) -> bytes | None:
        words = {"__type": f"com.amazonaws.sqs#{code}", "message": message}
        return _reply(status, json.dumps(words).encode() if code else b"<html>sorry</html>")

    return fault


def partly(refuses: Callable[[int], bool]) -> Fault:
    """Of every batch, entries whose place `refuses` says are not done."""

    async def fault(asked: Asked, forward: Forward) -> bytes | None:
        reply = await forward()
        words = json.loads(reply.partition(b"\r\n\r\n")[2])
        if "Successful" not in words:
            return reply
        failed = [one for one in words["Successful"] if refuses(int(one["Id"]))]
        words["Successful"] = [one for one in words["Successful"] if one not in failed]
        words["Failed"] = [
            {"Id": one["Id"], "Code": "InternalError", "Message": "sorry", "SenderFault": False}
            for one in failed
        ]
        return _reply(200, json.dumps(words).encode())

    return fault


def only(action: str, fault: Fault, times: int = 1_000_000) -> Fault:
    """`fault` for the first requests of one action, nothing for the rest."""

    async def chosen(asked: Asked, forward: Forward) -> bytes | None:
        here = asked.action == action and asked.number <= times
        return await (fault if here else passed)(asked, forward)

    return chosen


def _reply(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} said\r\ncontent-type: application/x-amz-json-1.0\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def _is_short(reply: bytes) -> bool:
    head, _, body = reply.partition(b"\r\n\r\n")
    return len(body) < _length(head)


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0")


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request or a reply; empty at the end of the line."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    return head + await reader.readexactly(_length(head))


# ── The emulator's process ──────────────────────────────────────────────────────────────────────


class _Handler(BaseHTTPRequestHandler):
    """Gives requests to the emulator, one at a time; lines stay open, as AWS's do. A question that
    stays open lets others pass between its tries."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    app = DomainDispatcherApplication(create_backend_app)
    lock = threading.Lock()

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        seconds = 0.0
        if self.headers.get("X-Amz-Target") == "AmazonSQS.ReceiveMessage":
            words = json.loads(data)
            seconds = words.pop("WaitTimeSeconds", 0)
            data = json.dumps({**words, "WaitTimeSeconds": 0}).encode()
        status, body = self._asked(data, time.monotonic() + seconds)
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing."""

    def _asked(self, data: bytes, end: float) -> tuple[int, bytes]:
        while True:
            status, body = self._once(data)
            if time.monotonic() >= end or status != 200 or b"Messages" in body:
                return status, body
            time.sleep(_PAUSE)

    def _once(self, data: bytes) -> tuple[int, bytes]:
        headers = {**self.headers, "Content-Length": str(len(data))}
        base = f"http://{self.headers['Host']}"
        environ = create_environ("/", base, method="POST", headers=headers, data=data)
        with self.lock:
            chunks, status, _ = run_wsgi_app(self.app, environ)
            return int(status.partition(" ")[0]), b"".join(chunks)


def _serve(port: int) -> None:
    # For each message that it hands over it asks for the time once for each in the queue.
    clocks = {"unix_time": time.time, "unix_time_millis": lambda: time.time() * 1000}
    for name, clock in clocks.items():
        setattr(moto.sqs.models, name, clock)
    ThreadingHTTPServer(("127.0.0.1", port), _Handler).serve_forever()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
