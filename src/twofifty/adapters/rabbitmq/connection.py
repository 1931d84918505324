"""One connection to a broker (AMQP 0-9-1 2.2.4): opened, kept alive, ended once and for good."""

import asyncio
import contextlib
import itertools
import ssl
from typing import cast

from pamqp import base, commands
from pamqp.common import FieldTable

from twofifty import __version__
from twofifty.adapters.rabbitmq import wire
from twofifty.adapters.rabbitmq.address import PRODUCT, Address
from twofifty.adapters.rabbitmq.channel import Channel
from twofifty.errors import BrokerError

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 3.0
MOST_FRAME = 131_072
_CAPABILITIES = (
    "publisher_confirms",
    "basic.nack",
    "consumer_cancel_notify",
    "connection.blocked",
    "authentication_failure_close",
)
_NO_TLS = ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE")
"""What OpenSSL says, by its versions, of whoever answers in plain text."""
_ADVICE = {
    403: "check user and password in BROKER_URL and what the user may do (`rabbitmqctl "
    "list_permissions`)",
    530: "make the virtual host (`rabbitmqctl add_vhost`) and let the user in (`rabbitmqctl "
    "set_permissions`)",
}


class Connection(asyncio.Protocol):
    """A connection, from `opened` on until `fault` says why it ended. `blocked` says why the broker
    takes no messages for now, empty while it does."""

    def __init__(self, heartbeat: int) -> None:
        self.fault = ""
        self.blocked = ""
        self.most_frame = MOST_FRAME
        self._heartbeat = heartbeat
        self._reader = wire.Reader()
        self._control = Channel(0, self)
        self._channels = {0: self._control}
        self._room = asyncio.Event()
        self._room.set()
        self._heard_at = 0.0
        self._beat: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    async def open(self, address: Address) -> None:
        """Says who we are. Raises BrokerError."""
        await self._control.asked(wire.PROTOCOL)
        tune = await self._control.ask(_who(address))
        if not isinstance(tune, commands.Connection.Tune):
            raise BrokerError(f"not what a broker says: {tune!r}")
        self._heartbeat = min(self._heartbeat, tune.heartbeat or self._heartbeat)
        self.most_frame = min(MOST_FRAME, tune.frame_max or MOST_FRAME)
        agreed = commands.Connection.TuneOk(tune.channel_max or 0, self.most_frame, self._heartbeat)
        self.write(wire.method(0, agreed))
        await self._control.ask(commands.Connection.Open(address.vhost))
        self._keep_alive()

    async def channel(self) -> Channel:
        """A new channel. Raises BrokerError."""
        free = (number for number in itertools.count(1) if number not in self._channels)
        channel = Channel(next(free), self)
        self._channels[channel.number] = channel
        await channel.ask(commands.Channel.Open())
        return channel

    async def leave(self, channel: Channel) -> None:
        """Ends a channel that is not wanted any more; what it had taken goes back. Raises
        BrokerError."""
        if not channel.fault:
            await channel.ask(commands.Channel.Close(200, "done", 0, 0))
        self._channels.pop(channel.number, None)

    async def close(self) -> None:
        """Ends it politely, what is written already first."""
        if not self.fault:
            with contextlib.suppress(BrokerError, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._control.ask(commands.Connection.Close(200, "done", 0, 0))
        self.end("closed")

    def end(self, said: str) -> None:
        """Ends it at once."""
        if self.fault:
            return
        self.fault = said
        if self._beat is not None:
            self._beat.cancel()
        if self._transport is not None:
            self._transport.abort()
        self._room.set()
        for channel in list(self._channels.values()):
            channel.fail(0, said)

    def write(self, data: bytes) -> None:
        """See `channel.Line`."""
        if self._transport is not None and not self.fault:
            self._transport.write(data)

    async def writable(self) -> None:
        """See `channel.Line`."""
        await self._room.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected, nothing said yet."""
        self._transport = cast(asyncio.Transport, transport)
        self._heard_at = asyncio.get_running_loop().time()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line broke."""
        self.end(f"the connection broke: {exc}" if exc else "the broker closed the connection")

    def pause_writing(self) -> None:
        """The broker reads slower than we write."""
        self._room.clear()

    def resume_writing(self) -> None:
        """There is room again."""
        self._room.set()

    def data_received(self, data: bytes) -> None:
        """Bytes from the broker."""
        self._heard_at = asyncio.get_running_loop().time()
        try:
            for number, event in self._reader.feed(data):
                self._take(number, event)
        except BrokerError as fault:
            self.end(str(fault))

    def _take(self, number: int, event: wire.Event) -> None:
        if number == 0 and self._is_about_the_connection(event):
            return
        channel = self._channels.get(number)
        if channel is not None:
            channel.take(event)

    def _is_about_the_connection(self, event: wire.Event) -> bool:
        match event:
            case commands.Connection.Close():
                self.write(wire.method(0, commands.Connection.CloseOk()))
                advice = _ADVICE.get(event.reply_code or 0, "")
                self.end(f"{event.reply_text}{advice and '; ' + advice}")
            case commands.Connection.Blocked():
                self.blocked = event.reason or "no reason given"
            case commands.Connection.Unblocked():
                self.blocked = ""
            case _:
                return False
        return True

    def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() - self._heard_at > 2 * self._heartbeat:
            self.end(f"no sign of the broker for {2 * self._heartbeat} s")
            return
        self.write(wire.HEARTBEAT)
        self._beat = loop.call_later(self._heartbeat / 2, self._keep_alive)


async def opened(address: Address, host: tuple[str, int]) -> Connection:
    """A connection to `host`. Raises BrokerError that says what is wrong, and where."""
    connection, where = Connection(address.limits.heartbeat), f"{host[0]}:{host[1]}"
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await _dialled(connection, address, host)
            await connection.open(address)
    except TimeoutError:
        connection.end("too slow")
        raise BrokerError(f"{PRODUCT} at {where}: no answer in {CONNECT_SECONDS:.0f} s") from None
    except (OSError, BrokerError) as fault:
        connection.end("refused")
        raise BrokerError(f"{PRODUCT} at {where}: {_explained(fault)}") from None
    return connection


def _explained(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLError) and fault.reason in _NO_TLS:
        return "it speaks no TLS at this port; write amqp://, or the port of amqps://, often 5671"
    return str(fault)


async def _dialled(connection: Connection, address: Address, host: tuple[str, int]) -> None:
    context = address.context()
    name = None if context is None else host[0]
    await asyncio.get_running_loop().create_connection(
        lambda: connection, host[0], host[1], ssl=context, server_hostname=name
    )


def _who(address: Address) -> base.Frame:
    """Who we are and what we understand. AMQP 0-9-1 says PLAIN as RFC 4616 does."""
    capabilities: FieldTable = dict.fromkeys(_CAPABILITIES, True)
    properties: FieldTable = {
        "product": "twofifty",
        "version": __version__,
        "connection_name": f"twofifty {address.prefix}",
        "capabilities": capabilities,
    }
    if address.external:
        return commands.Connection.StartOk(properties, "EXTERNAL", "", "en_US")
    said = f"\x00{address.user}\x00{address.password}"
    return commands.Connection.StartOk(properties, "PLAIN", said, "en_US")
