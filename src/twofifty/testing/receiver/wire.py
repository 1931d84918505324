"""One connection: bytes in, bytes out, waiting and TLS. It knows nothing of SMTP."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from typing import Protocol, cast

BACKLOG = 1 << 20
"""While the dialogue is held, this much input is kept before reading stops."""

TICK = 0.01
"""A drip faster than a byte per tick sends several bytes at once. Seconds."""


class Talker(Protocol):
    """The dialogue on a wire."""

    def opened(self) -> None:
        """The connection stands; over implicit TLS after the handshake."""
        ...

    def step(self, buffer: bytearray) -> bool:
        """Takes one command or one message off the front. False: more bytes are needed."""
        ...


class Wire(asyncio.Protocol):
    """Calls its talker's `step` as long as there is input, and writes all replies to one piece
    of input at once, as a pipelining server does. While open it is one of `wires`."""

    def __init__(self, talker: Callable[["Wire"], Talker], wires: set["Wire"]) -> None:
        self._talker = talker(self)
        self._wires = wires
        self._buffer = bytearray()
        self._out: list[bytes] = []
        self._held = False
        self._deaf = False
        self._fuse: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._upgrade: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport and lets the talker begin."""
        self._transport = cast(asyncio.Transport, transport)
        self._wires.add(self)
        self._talker.opened()
        self._work()

    def data_received(self, data: bytes) -> None:
        """Input, in pieces of any size."""
        if self._deaf:
            self._burn(len(data))
            return
        self._buffer += data
        if not self._held:
            self._work()
        elif len(self._buffer) > BACKLOG and self._transport:
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets what was planned."""
        if self._timer:
            self._timer.cancel()
        self._transport = None
        self._wires.discard(self)

    # What the talker may ask for

    @property
    def peer(self) -> str:
        """The client's address, without its port."""
        name = self._transport.get_extra_info("peername") if self._transport else None
        return str(name[0]) if name else ""

    @property
    def secure(self) -> bool:
        """True under TLS."""
        return bool(self._transport and self._transport.get_extra_info("ssl_object"))

    @property
    def open(self) -> bool:
        """False once either side has begun to close."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, data: bytes) -> None:
        """Queues bytes until the input at hand is worked off."""
        self._out.append(data)

    def hang_up(self) -> None:
        """Sends what is queued and closes."""
        self.go_deaf()
        if self._transport:
            self._transport.close()

    def abort(self) -> None:
        """Closes at once, whatever is queued."""
        if self._transport:
            self._transport.abort()

    def reset(self) -> None:
        """Closes at once and in such a way that the client sees a reset, not an end."""
        one = self._transport.get_extra_info("socket") if self._transport else None
        if one is not None:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.abort()

    def go_deaf(self) -> None:
        """Sends what is queued; from now on ignores all input, but still notices the end."""
        self._flush()
        self._held = self._deaf = True
        self._buffer.clear()

    def cut(self, after: int) -> None:
        """Sends what is queued, throws input away and closes once `after` bytes of it came."""
        self.go_deaf()
        self._fuse = after
        self._burn(0)

    def later(self, seconds: float, then: Callable[[], None]) -> None:
        """Sends what is queued, takes no further input for `seconds`, calls `then`, goes on."""
        self._flush()
        self._held = True
        self._timer = asyncio.get_running_loop().call_later(seconds, self._resume, then)

    def drip(self, data: bytes, bytes_per_second: float, then: Callable[[], None]) -> None:
        """Sends `data` slowly, then calls `then` and goes on with the input."""
        size = max(1, int(bytes_per_second * TICK))
        self.send(data[:size])
        rest = data[size:]
        if rest:
            pause = size / bytes_per_second
            self.later(pause, lambda: self.drip(rest, bytes_per_second, then))
        else:
            self._flush()
            then()

    def start_tls(self, context: ssl.SSLContext, failed: Callable[[], None]) -> None:
        """Sends what is queued and becomes TLS. Input that came before the handshake is thrown
        away (RFC 3207 5); `failed` is called where the client does not like what it sees."""
        if self._transport:
            self._transport.pause_reading()
            self._flush()
            self._held = True
            self._buffer.clear()
            upgrade = self._upgraded(self._transport, context, failed)
            self._upgrade = asyncio.get_running_loop().create_task(upgrade)

    # Between the two

    def _work(self) -> None:
        while not self._held and self._talker.step(self._buffer):
            pass
        self._flush()

    def _flush(self) -> None:
        if self._out and self._transport:
            self._transport.write(b"".join(self._out))
        self._out.clear()

    def _burn(self, size: int) -> None:
        if self._fuse is not None:
            self._fuse -= size
            if self._fuse <= 0:
                self.hang_up()

    def _resume(self, then: Callable[[], None]) -> None:
        self._held = self._deaf
        then()
        if self._transport and self.open:
            self._transport.resume_reading()
            self._work()

    async def _upgraded(
        self, plain: asyncio.Transport, context: ssl.SSLContext, failed: Callable[[], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(plain, self, context, server_side=True)
        except OSError:  # ssl.SSLError and lost connections are both OSErrors
            failed()
            plain.abort()
            return
        self._transport = secured
        self._held = False
        self._work()
