"""One TCP connection to an SMTP server: bytes out, whole replies in, a deadline for each wait."""

import asyncio
import ssl
from typing import cast

from twofifty.adapters.smtp.reply import RawReply, ReplyFault, ReplyParser


class WireFault(Exception):
    """The connection cannot go on. The message says why, as the second half of a sentence."""


class Wire(asyncio.Protocol):
    """Not a judge: it says what came and that nothing came. One task at a time may wait."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._parser = ReplyParser()
        self._fault: WireFault | None = None
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._late = ""
        self.encrypted = False

    @property
    def quiet(self) -> bool:
        """Open, and the server has said nothing that nobody asked for."""
        return self._fault is None and not self._parser.unread

    @property
    def unread(self) -> bool:
        """Whether a reply, or a part of one, has come that nobody waited for."""
        return self._parser.unread

    async def reply(self, seconds: float) -> RawReply:
        """The next reply, whole, within `seconds`. Raises WireFault."""
        deadline = self._loop.time() + seconds
        replies = self._parser.replies
        while not replies:
            await self._change(deadline, f"did not answer within {seconds:g} s")
        return replies.popleft()

    async def drained(self, seconds: float) -> None:
        """All that was written has been handed to the system, or the server has spoken before its
        time. Raises WireFault."""
        deadline = self._loop.time() + seconds
        while self._paused and not self._parser.unread:
            await self._change(deadline, f"stopped reading for {seconds:g} s")
        self._check()

    def write(self, data: bytes) -> None:
        """Sends `data`; on a connection that is gone, the next wait says so."""
        if self._fault is None and self._transport is not None:
            self._transport.write(data)

    async def encrypt(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """Starts TLS on this connection (RFC 3207). Raises OSError (with ssl.SSLError), WireFault.

        Anything that came in the clear behind the 220 was put there by somebody in between.
        """
        if not self.quiet or self._transport is None:
            raise WireFault("sent something in the clear after it had agreed to TLS")
        transport = await self._loop.start_tls(
            self._transport,
            self,
            context,
            server_hostname=host,
            ssl_handshake_timeout=seconds,
        )
        self._check()
        if transport is None:
            raise WireFault("closed the connection during the TLS handshake")
        self._adopt(transport)

    def certificate(self) -> bytes:
        """The server's certificate, DER; empty without TLS."""
        tls = self._transport.get_extra_info("ssl_object") if self._transport else None
        return (tls.getpeercert(binary_form=True) or b"") if tls else b""

    def abort(self) -> None:
        """Drops the connection at once; nothing more is sent."""
        self._fail("was dropped from this side")
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Closes after what was written has left."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self._adopt(cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        if self._fault is not None:
            return
        try:
            self._parser.feed(data)
        except ReplyFault as fault:
            self._break(f"sent {fault}")
        else:
            if self._parser.replies:
                self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self._fail("closed the connection")
        if self._timer:
            self._timer.cancel()

    def pause_writing(self) -> None:
        """Called by the event loop: something could not be handed to the system at once."""
        self._paused = True

    def resume_writing(self) -> None:
        """Called by the event loop: nothing waits here any more."""
        self._paused = False
        self._wake()

    def _adopt(self, transport: asyncio.Transport) -> None:
        # With no buffer of our own, `drained` means that the system has every byte: a connection
        # that dies before that is told from one that dies with the final dot on its way. (The TLS
        # transport takes 0 for "always full" and would pause without need.)
        self._transport = transport
        self.encrypted = transport.get_extra_info("ssl_object") is not None
        transport.set_write_buffer_limits(high=1 if self.encrypted else 0)

    async def _change(self, deadline: float, late: str) -> None:
        """Waits until something has happened; raises WireFault on faults and at the deadline."""
        self._check()
        self._waiter = waiter = self._loop.create_future()
        self._deadline, self._late = deadline, late
        if self._timer is None or self._timer.when() > deadline:
            self._start_timer()
        try:
            await waiter
        finally:
            self._waiter = None

    def _start_timer(self) -> None:
        """One timer outlives many waits and looks at the deadline of the day when it fires: setting
        and cancelling one for each reply costs more than parsing the reply."""
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() < self._deadline:
            self._start_timer()
        else:
            self._break(self._late)

    def _check(self) -> None:
        if self._fault is not None:
            raise WireFault(str(self._fault))

    def _break(self, what: str) -> None:
        self._fail(what)
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, what: str) -> None:
        """The first fault is the true one."""
        if self._fault is None:
            self._fault = WireFault(what)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
