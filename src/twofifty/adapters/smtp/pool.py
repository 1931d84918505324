"""The channel of one route: a few connections, each kept busy, and none hammered for."""

import asyncio
import ssl
import time
from collections.abc import Callable

import msgspec

from twofifty.adapters.smtp.backoff import Backoff
from twofifty.adapters.smtp.connection import Connection
from twofifty.adapters.smtp.handshake import open_connection, terms_for
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.adapters.smtp.secured import route_context
from twofifty.adapters.smtp.slots import Slots
from twofifty.adapters.smtp.timeouts import Timeouts, timeouts_for
from twofifty.deliver.outcome import Accepted, Deferred, Outcome, Refused
from twofifty.deliver.ports import Dot, Envelope


class Reuse(msgspec.Struct, frozen=True):
    """How long a connection is kept: seconds without work, and messages in all (else the route's
    own number)."""

    idle: float = 30.0
    messages: int | None = None


class SmtpChannel:
    """Implements `deliver.ports.Channel` over up to `route.connections` connections.

    `ssl_context` takes the place of the route's own (see `secured`). `clock` is monotonic seconds.
    A route's own `timeout` and `helo` beat `timeouts` and `helo`. Raises SettingsError for a file
    of certificates that cannot be read.
    """

    def __init__(
        self,
        route: SmtpRoute,
        *,
        helo: str,
        ssl_context: ssl.SSLContext | None = None,
        timeouts: Timeouts | None = None,
        reuse: Reuse | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.route = route
        given = timeouts or Timeouts()
        patience = given if route.timeout is None else timeouts_for(route.timeout)
        self._terms = terms_for(route, helo, patience, ssl_context or route_context(route))
        self._reuse = reuse or Reuse()
        self._messages = self._reuse.messages or route.messages
        self._clock = clock
        self._slots = Slots(route.connections)
        self._backoff = Backoff()
        self._probe = asyncio.Lock()
        self._idle: list[tuple[Connection, float]] = []
        self._farewells: set[asyncio.Task[None]] = set()
        self._reaper: asyncio.TimerHandle | None = None
        self._closing = False

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """Hands the message over on a free connection; waits for one if all are busy."""
        while True:
            await self._slots.take()
            try:
                outcome = await self._send(envelope, dot)
                if not self._is_crowded(outcome):
                    break
                self._slots.crowded()
            finally:
                self._slots.give()
        if isinstance(outcome, Accepted):
            self._slots.worked()
        return outcome

    async def close(self) -> None:
        """Ends idle connections with QUIT; busy ones follow when their message is through. Whoever
        still waits for a connection, or comes later, is deferred."""
        self._closing = True
        if self._reaper:
            self._reaper.cancel()
        while self._idle:
            self._dismiss(self._idle.pop()[0])
        if self._farewells:
            await asyncio.wait(self._farewells)

    async def _send(self, envelope: Envelope, dot: Dot) -> Outcome:
        if self._closing:
            reason = "The service is stopping."
            return Deferred(reason, "connect", self.route.label)
        kept = self._kept()
        if kept:
            outcome = await self._through(kept, envelope, dot)
            if not _died_idle(outcome):
                return outcome
        fresh = await self._fresh()
        if isinstance(fresh, Deferred):
            return fresh
        return await self._through(fresh, envelope, dot)

    async def _through(self, connection: Connection, envelope: Envelope, dot: Dot) -> Outcome:
        try:
            outcome = await connection.send(envelope, dot)
        finally:
            self._keep(connection)
        if connection.chunking and _knows_no_bdat(outcome):
            self._terms = msgspec.structs.replace(self._terms, bdat=False)
        return outcome

    async def _fresh(self) -> Connection | Deferred:
        """A new connection. After a failure one attempt at a time is made, the others wait for
        what comes of it, and none is made before the pause is over."""
        if self._backoff.healthy:
            return await self._open()
        async with self._probe:
            return self._backoff.still_closed(self._clock()) or await self._open()

    async def _open(self) -> Connection | Deferred:
        started = self._clock()
        opened = await open_connection(self.route, self._terms)
        if isinstance(opened, Connection):
            self._backoff.reached()
        elif not self._is_crowded(opened):
            self._backoff.failed(opened, started, self._clock())
        return opened

    def _is_crowded(self, outcome: Outcome) -> bool:
        """Whether the server put off one more connection while others of ours are on their way:
        then the message waits for one of those. Each time the limit falls, so this ends."""
        return (
            isinstance(outcome, Deferred)
            and outcome.phase == "greeting"
            and outcome.reply is not None
            and outcome.reply.code < 500
            and self._slots.taken > 1
            and self._slots.limit > 1
        )

    def _kept(self) -> Connection | None:
        """The connection used last, if one can still be used."""
        while self._idle:
            connection, since = self._idle.pop()
            if connection.usable and self._clock() - since < self._reuse.idle:
                return connection
            self._dismiss(connection)
        return None

    def _keep(self, connection: Connection) -> None:
        worn = connection.sends >= self._messages
        if worn or self._closing or not connection.usable:
            self._dismiss(connection)
            return
        self._idle.append((connection, self._clock()))
        if self._reaper is None:
            loop = asyncio.get_running_loop()
            self._reaper = loop.call_later(self._reuse.idle, self._reap)

    def _reap(self) -> None:
        """Ends connections that nobody has used for a while, and looks again later."""
        self._reaper = None
        kept, self._idle = self._idle, []
        for connection, since in kept:
            if self._clock() - since < self._reuse.idle:
                self._idle.append((connection, since))
            else:
                self._dismiss(connection)
        if self._idle:
            loop = asyncio.get_running_loop()
            self._reaper = loop.call_later(self._reuse.idle, self._reap)

    def _dismiss(self, connection: Connection) -> None:
        farewell = asyncio.ensure_future(connection.quit())
        self._farewells.add(farewell)
        farewell.add_done_callback(self._farewells.discard)


def _died_idle(outcome: Outcome) -> bool:
    """Whether a kept connection turned out dead before the server took note of the message: no
    reply to MAIL, or a 421. Only then may the same message be offered again at once."""
    return (
        isinstance(outcome, Deferred)
        and outcome.connection
        and outcome.phase == "mail"
        and (outcome.reply is None or outcome.reply.code == 421)
    )


def _knows_no_bdat(outcome: Outcome) -> bool:
    """Whether a server that offers CHUNKING did not understand it: from now on it gets DATA."""
    return (
        isinstance(outcome, Refused)
        and outcome.phase in ("data", "dot")
        and outcome.reply is not None
        and 500 <= outcome.reply.code <= 504
    )
