"""The listener that takes bounces and complaints in, by LMTP or SMTP, on aiosmtpd."""

import asyncio
from typing import Final, cast
from weakref import WeakKeyDictionary

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from twofifty import telemetry
from twofifty.adapters.inbound.rates import Rates
from twofifty.adapters.inbound.reception import Ear, Reception
from twofifty.adapters.inbound.url import Listen
from twofifty.clock import Clock, SystemClock
from twofifty.errors import StartError

MAX_SIZE: Final = 4 * 1024 * 1024
"""Bytes of one mail: a bounce with a mail of ours in it has a twentieth of that."""

MOST_SESSIONS: Final = 40
"""Sessions at once, of which one address elsewhere has at most `MOST_OF_ONE`."""

MOST_OF_ONE: Final = 10
SECONDS: Final = 120.0
"""How long a session may be silent, and its mail may take."""

_LONGEST_LINE: Final = 65_536
_BUSY: Final = b"421 4.7.0 too many sessions, come again later\r\n"


class _Smtp(SMTP):
    # The world that bounces mail does not break lines where it should.
    line_length_limit = _LONGEST_LINE


class _Lmtp(LMTP):
    line_length_limit = _LONGEST_LINE


class _Busy(asyncio.Protocol):
    """Says that there is no room."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio has it."""
        out = cast(asyncio.WriteTransport, transport)
        out.write(_BUSY)
        out.close()


class _Door(asyncio.Protocol):
    """Looks who comes, and hands the connection to a session, or to nobody."""

    def __init__(self, listener: "Listener") -> None:
        self._listener = listener

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio has it."""
        peer = transport.get_extra_info("peername")
        protocol = self._listener.session_for(str(peer[0]) if peer else "")
        transport.set_protocol(protocol)
        protocol.connection_made(transport)


class Listener:
    """Listens where `where` says, and hands what comes to `ear`."""

    def __init__(
        self, where: Listen, ear: Ear, *, most: int = MOST_SESSIONS, clock: Clock | None = None
    ) -> None:
        self._where = where
        clock = clock or SystemClock()
        # Who only connects and says nothing has a measure of his own.
        self._visits = Rates(clock)
        mails = Rates(clock)
        self._reception = Reception(ear, each=where.protocol == "lmtp", allows=mails.allows)
        self._kind = _Lmtp if where.protocol == "lmtp" else _Smtp
        self._most = most
        self._server: asyncio.Server | None = None
        self._sessions: WeakKeyDictionary[SMTP, str] = WeakKeyDictionary()

    async def start(self) -> int:
        """Listens; returns the port. Raises StartError where it is taken."""
        loop = asyncio.get_running_loop()
        where = self._where
        try:
            self._server = await loop.create_server(lambda: _Door(self), where.host, where.port)
        except OSError as fault:
            reason = f"{where.label}: {fault.strerror or 'no such address'}"
            raise StartError(f"INBOUND_URL: cannot listen on {reason}") from None
        telemetry.log().info("bounces can come", action="inbound.listen", url=where.label)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stops listening and ends every session; what was not answered comes again."""
        if self._server is None:
            return
        self._server.close()
        for session in list(self._sessions):
            if session.transport:
                session.transport.close()
        await self._server.wait_closed()
        self._server = None

    def session_for(self, host: str) -> asyncio.Protocol | asyncio.StreamReaderProtocol:
        """A session for somebody from `host`, or what says that there is no room."""
        hosts = [whose for one, whose in self._sessions.items() if one.transport is not None]
        if not self._visits.allows(host):
            return _Busy()
        elsewhere = host not in ("127.0.0.1", "::1")
        if len(hosts) >= self._most or (elsewhere and hosts.count(host) >= MOST_OF_ONE):
            return _Busy()
        session = self._kind(
            self._reception,
            data_size_limit=MAX_SIZE,
            enable_SMTPUTF8=True,
            hostname="twofifty.localhost",
            ident="twofifty takes bounces",
            timeout=SECONDS,
            loop=asyncio.get_running_loop(),
        )
        self._sessions[session] = host
        return session
