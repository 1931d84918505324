"""`python -m bench.programs.sink`: a receiver that costs little and forgets no name.

It takes every message, offers PIPELINING and 8BITMIME (RFC 5321, RFC 2920; with `--chunking` BDAT,
RFC 3030), throws the bytes away and remembers the Message-ID, the recipient and the time. With
`--defer SHARE` so many final dots are answered 451. It prints one JSON line, `{"port": n}`; the
shared file `--board` has how many it took and when the first and the last came ("<Qdd", monotonic
seconds); a line on standard input is answered with all it took, `[[id, recipient, at], ...]`.
"""

import argparse
import asyncio
import json
import mmap
import random
import struct
import sys
import time
from pathlib import Path
from typing import cast

import msgspec
import uvloop

BOARD = struct.Struct("<Qdd")
DOT = b"\r\n.\r\n"
ID = b"\r\nMessage-ID: <"
PLAIN = b"250-PIPELINING\r\n250-SIZE 52428800\r\n250-ENHANCEDSTATUSCODES\r\n"
BUSY = b"451 4.3.0 busy, try again\r\n"
TAKEN = b"250 2.0.0 taken\r\n"


class Ledger:
    """What was taken. `share` of the messages is put off."""

    def __init__(self, board: Path, share: float) -> None:
        with board.open("r+b") as file:
            self._board = mmap.mmap(file.fileno(), BOARD.size)
        self._share, self._draw = share, random.Random(250).random
        self._first = 0.0
        self.taken: list[tuple[str, str, float]] = []

    def take(self, message: bytes, recipient: str) -> bytes:
        """The reply to one whole message."""
        if self._share and self._draw() < self._share:
            return BUSY
        at = message.find(ID) + len(ID)
        name = message[at : message.find(b">", at)].decode("ascii", "replace")
        now = time.monotonic()
        self._first = self._first or now
        self.taken.append((name, recipient, now))
        BOARD.pack_into(self._board, 0, len(self.taken), self._first, now)
        return TAKEN


class Session(asyncio.Protocol):
    """One connection: commands by line, then data up to the dot or of a chunk's size."""

    def __init__(self, ledger: Ledger, *, chunking: bool) -> None:
        self._ledger = ledger
        offered = PLAIN + (b"250-CHUNKING\r\n" if chunking else b"")
        self._hello = b"250-sink.example.com\r\n" + offered + b"250 8BITMIME\r\n"
        self._buffer = bytearray()
        self._recipient = ""
        self._in_data = False
        self._chunk = -1
        self._last = self._done = False
        self._message = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._transport.write(b"220 sink.example.com ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        replies = []
        while (reply := self._step()) is not None:
            replies.append(reply)
        if replies:
            self._transport.write(b"".join(replies))
        if self._done:
            self._transport.close()

    def _step(self) -> bytes | None:
        """The reply to the next thing in the buffer; None: it is not whole yet."""
        if self._in_data:
            return self._data()
        if self._chunk >= 0:
            return self._chunked()
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return self._command(line)

    def _command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return self._hello
        if verb == b"RCPT":
            self._recipient = line[line.find(b"<") + 1 : line.find(b">")].decode()
        elif verb == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        elif verb == b"BDAT":
            size, _, last = line[5:].partition(b" ")
            self._chunk, self._last = int(size), bool(last)
            return b""
        elif verb == b"QUIT":
            self._done = True
            return b"221 2.0.0 bye\r\n"
        return b"250 2.0.0 ok\r\n"

    def _data(self) -> bytes | None:
        end = self._buffer.find(DOT)
        if end < 0:
            return None
        message = bytes(self._buffer[: end + 2])
        del self._buffer[: end + len(DOT)]
        self._in_data = False
        return self._ledger.take(message, self._recipient)

    def _chunked(self) -> bytes | None:
        if len(self._buffer) < self._chunk:
            return None
        self._message += self._buffer[: self._chunk]
        del self._buffer[: self._chunk]
        self._chunk = -1
        if not self._last:
            return b"250 2.0.0 more\r\n"
        message, self._message = bytes(self._message), bytearray()
        return self._ledger.take(message, self._recipient)


async def _serve(ledger: Ledger, *, chunking: bool) -> None:
    loop = asyncio.get_running_loop()
    made = await loop.create_server(
        lambda: Session(ledger, chunking=chunking), "127.0.0.1", 0, backlog=1024
    )
    print(json.dumps({"port": made.sockets[0].getsockname()[1]}), flush=True)
    asked = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
    while await asked.readline():
        sys.stdout.buffer.write(msgspec.json.encode(ledger.taken) + b"\n")
        sys.stdout.buffer.flush()


def main() -> None:
    """Reads the command line and takes mail until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m bench.programs.sink")
    parser.add_argument("--board", type=Path, required=True)
    parser.add_argument("--defer", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--chunking", action="store_true")
    told = parser.parse_args()
    uvloop.run(_serve(Ledger(told.board, told.defer), chunking=told.chunking))


if __name__ == "__main__":
    main()
