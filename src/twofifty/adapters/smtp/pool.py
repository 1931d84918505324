"""The channel of one route: a few connections, each kept busy, and none hammered for.

Messages wait in one line. A connection that is at work takes them from there itself, one behind
the other; where fewer are at work than may be, whoever comes starts one more.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence

import msgspec

from twofifty.adapters.smtp.backoff import Backoff
from twofifty.adapters.smtp.connection import Connection
from twofifty.adapters.smtp.handshake import open_connection, terms_for
from twofifty.adapters.smtp.line import Line, Seat
from twofifty.adapters.smtp.offered import Offered
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.adapters.smtp.secured import route_context
from twofifty.adapters.smtp.slots import Slots
from twofifty.adapters.smtp.timeouts import Timeouts, timeouts_for
from twofifty.deliver.outcome import Accepted, Deferred, Outcome, Refused
from twofifty.deliver.ports import Dot, Envelope

BEHIND = 4
"""How many messages for each connection keep all of them busy: one on its way, one that is written
behind it, and some that wait."""


class Reuse(msgspec.Struct, frozen=True):
    """How long a connection is kept: seconds without work, and messages in all (else the route's
    own number). `for_one_domain`: how many may carry mail for one recipient domain at once (else
    all)."""

    idle: float = 30.0
    messages: int | None = None
    for_one_domain: int | None = None


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
        self._line = Line(self._reuse.for_one_domain or route.connections)
        self._working: set[asyncio.Task[None]] = set()
        self._idle: list[tuple[Connection, float]] = []
        self._farewells: set[asyncio.Task[None]] = set()
        self._reaper: asyncio.TimerHandle | None = None
        self._closing = False

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """Hands the message over on a free connection; waits for one if all are busy."""
        if self._closing:
            return self._stopping()
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        offered = Offered(envelope, dot, outcome)
        self._line.join(offered)
        if self._slots.free:
            seat = Seat()
            self._start(self._line.take_newest(seat), seat)
        try:
            found = await outcome
        except asyncio.CancelledError:
            offered.give_up()
            raise
        self._learn(found)
        return found

    async def close(self) -> None:
        """Ends idle connections with QUIT; busy ones follow when their message is through. Whoever
        still waits for a connection, or comes later, is deferred."""
        self._closing = True
        if self._reaper:
            self._reaper.cancel()
        while self._idle:
            self._dismiss(self._idle.pop()[0])
        for offered in self._line.empty():
            offered.settle(self._stopping())
        if self._farewells:
            await asyncio.wait(self._farewells)

    def _stopping(self) -> Deferred:
        return Deferred("The service is stopping.", "connect", self.route.label)

    def _learn(self, outcome: Outcome) -> None:
        if isinstance(outcome, Accepted):
            if self._slots.worked():
                self._put_to_work()
        elif _knows_no_bdat(outcome):
            self._terms = msgspec.structs.replace(self._terms, bdat=False)

    def _put_to_work(self) -> None:
        """Starts what may start."""
        started = self._slots.free
        while started:
            seat = Seat()
            started = self._start(self._line.take(seat), seat) and self._slots.free

    def _start(self, offered: Offered | None, seat: Seat) -> bool:
        """Puts a connection to work, where there is something to do."""
        if offered is None:
            return False
        self._slots.take()
        task = asyncio.create_task(self._work(offered, seat))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return True

    async def _work(self, first: Offered, seat: Seat) -> None:
        """One connection after another, as long as messages wait."""
        offered: Offered | None = first
        try:
            while offered is not None:
                lost = await self._on_a_kept_one(offered, seat)
                self._line.rejoin(lost[1:])
                if lost:
                    await self._on_a_new_one(lost[0], seat)
                offered = None if self._slots.too_many else self._line.take(seat)
        finally:
            self._slots.give()
            self._line.leave(seat)
            self._put_to_work()

    async def _on_a_kept_one(self, offered: Offered, seat: Seat) -> Sequence[Offered]:
        """What has to go on a new connection."""
        kept = self._kept()
        return [offered] if kept is None else await self._through(kept, offered, seat)

    async def _on_a_new_one(self, offered: Offered, seat: Seat) -> None:
        try:
            fresh = await self._fresh()
        except Exception as fault:  # noqa: BLE001
            # A fault of ours is for whoever waits for this message, and for nobody else.
            offered.fail(fault)
            return
        if isinstance(fresh, Connection):
            self._line.rejoin(await self._through(fresh, offered, seat))
        elif self._is_crowded(fresh):
            self._slots.crowded()
            self._line.rejoin([offered])
        else:
            offered.settle(fresh)

    async def _through(
        self, connection: Connection, offered: Offered, seat: Seat
    ) -> Sequence[Offered]:
        try:
            return await connection.carry(offered, lambda: self._next(connection, seat))
        finally:
            self._keep(connection)

    def _next(self, connection: Connection, seat: Seat) -> Offered | None:
        """What `connection` carries next."""
        done = self._closing or self._slots.too_many or connection.sends >= self._messages
        return None if done else self._line.take(seat)

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


def _knows_no_bdat(outcome: Outcome) -> bool:
    """Whether a server that offers CHUNKING did not understand it: from now on it gets DATA, as
    does one that did not understand DATA."""
    return (
        isinstance(outcome, Refused)
        and outcome.phase in ("data", "dot")
        and outcome.reply is not None
        and 500 <= outcome.reply.code <= 504
    )
