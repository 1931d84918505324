"""AMQP 0-9-1 on the wire: frames to bytes and back. Pure.

`pamqp` writes and reads what is rare. What there is for every ticket is written from parts that are
made once, and read by its offsets (AMQP 0-9-1 4.2, and the methods' own ids in 1.8).
"""

import struct
from collections.abc import Iterator

import msgspec
from pamqp import base, commands, exceptions, frame, header, heartbeat

from twofifty.errors import BrokerError

PROTOCOL = header.ProtocolHeader().marshal()
HEARTBEAT = heartbeat.Heartbeat().marshal()
END = b"\xce"
MOST_FRAME = 1 << 24
_METHOD, _HEADER, _BODY, _HEARTBEAT = 1, 2, 3, 8
_ACK, _NACK, _DELIVER = 0x003C0050, 0x003C0078, 0x003C003C
_head = struct.Struct(">BHI")
_tagged = struct.Struct(">IQB")
_long = struct.Struct(">Q")


class Ack(msgspec.Struct, frozen=True, gc=False):
    """The broker answers for what was published: `good` is an ack, else it refused. `multiple`: for
    all up to `tag`."""

    tag: int
    multiple: bool
    good: bool


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """A message for the consumer `consumer`. `before`: how often it was delivered before, as far as
    the broker counts."""

    consumer: str
    tag: int
    body: bytes
    before: int = 0


class Back(msgspec.Struct, frozen=True, gc=False):
    """A message that no queue wanted, as it was published (`Basic.Return`)."""

    body: bytes


class Got(msgspec.Struct, frozen=True, gc=False):
    """A message that was asked for (`Basic.Get`)."""

    body: bytes


Event = Ack | Delivery | Back | Got | base.Frame
"""What comes on a channel."""


class Reader:
    """Bytes to events, each with its channel; whole ones only, the rest waits for more bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._content: dict[int, _Content] = {}

    def feed(self, data: bytes) -> Iterator[tuple[int, Event]]:
        """What is whole by now. Raises BrokerError where this is no AMQP."""
        waiting = self._bytes
        waiting += data
        at, size = 0, len(waiting)
        try:
            while size - at >= 8:
                kind, channel, length = _head.unpack_from(waiting, at)
                end = at + 7 + length
                if length > MOST_FRAME or kind not in (_METHOD, _HEADER, _BODY, _HEARTBEAT):
                    raise BrokerError(f"not what a broker says: {bytes(waiting[at : at + 16])!r}")
                if end >= size:
                    break
                payload = bytes(waiting[at + 7 : end])
                at = end + 1
                event = self._read(kind, channel, payload)
                if event is not None:
                    yield channel, event
        finally:
            del waiting[:at]

    def _read(self, kind: int, channel: int, payload: bytes) -> Event | None:
        try:
            return self._event(kind, channel, payload)
        except (struct.error, IndexError, ValueError):
            raise BrokerError(f"not what a broker says: {payload[:16]!r}") from None

    def _event(self, kind: int, channel: int, payload: bytes) -> Event | None:
        if kind == _METHOD:
            return self._method(channel, payload)
        content = self._content.get(channel)
        if kind == _HEARTBEAT or content is None:
            return None
        whole = content.begun(payload) if kind == _HEADER else content.more(payload)
        if whole:
            del self._content[channel]
            return content.event()
        return None

    def _method(self, channel: int, payload: bytes) -> Event | None:
        index = int.from_bytes(payload[:4])
        if index in (_ACK, _NACK):
            _, tag, flags = _tagged.unpack_from(payload)
            return Ack(tag, bool(flags & 1), index == _ACK)
        if index == _DELIVER:
            self._content[channel] = _Content(payload)
            return None
        method = _said(payload)
        if isinstance(method, commands.Basic.Return | commands.Basic.GetOk):
            back = isinstance(method, commands.Basic.Return)
            self._content[channel] = _Content(payload, Back if back else Got)
            return None
        return method


class _Content:
    """A message that comes in parts: its method, its header, its body in as many frames as it
    takes."""

    def __init__(self, deliver: bytes, kind: type[Back] | type[Got] | None = None) -> None:
        self._deliver = deliver
        self._kind = kind
        self._left = 0
        self._before = 0
        self._body: list[bytes] = []

    def begun(self, payload: bytes) -> bool:
        """The header came; whether that was all."""
        (self._left,) = _long.unpack_from(payload, 4)
        if self._redelivered():
            self._before = _count(payload)
        return self._left <= 0

    def more(self, payload: bytes) -> bool:
        """A part of the body came; whether it was the last."""
        self._body.append(payload)
        self._left -= len(payload)
        return self._left <= 0

    def event(self) -> Event:
        """The whole message."""
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        if self._kind is not None:
            return self._kind(body)
        consumer, tag = self._named()
        return Delivery(consumer, tag, body, self._before)

    def _named(self) -> tuple[str, int]:
        length = self._deliver[4]
        (tag,) = _long.unpack_from(self._deliver, 5 + length)
        return self._deliver[5 : 5 + length].decode("ascii", "replace"), int(tag)

    def _redelivered(self) -> bool:
        return self._kind is None and bool(self._deliver[5 + self._deliver[4] + 8] & 1)


def _count(payload: bytes) -> int:
    """How often a message came before, by the header that quorum queues count in."""
    head = header.ContentHeader()
    try:
        head.unmarshal(payload)
    except (struct.error, ValueError):
        return 1
    counted = (head.properties.headers or {}).get("x-delivery-count", 1)
    return counted if isinstance(counted, int) else 1


def _said(payload: bytes) -> base.Frame:
    whole = _head.pack(_METHOD, 0, len(payload)) + payload + END
    try:
        _, _, method = frame.unmarshal(whole)
    except exceptions.UnmarshalingException as fault:
        raise BrokerError(f"not what a broker says: {fault}") from None
    if not isinstance(method, base.Frame):
        raise BrokerError("not what a broker says: a frame that is no method")
    return method


def method(channel: int, said: base.Frame) -> bytes:
    """One method as it is written."""
    return frame.marshal(said, channel)


class Posting:
    """Messages for one routing key, written for one channel: all but the body is made once.
    `most`: the bytes that a frame may have."""

    def __init__(self, channel: int, publish: commands.Basic.Publish, most: int) -> None:
        properties = commands.Basic.Properties(
            content_type="application/msgpack",
            delivery_mode=2,
            message_type="twofifty.ticket/1",
        )
        self._method = frame.marshal(publish, channel)
        self._flags = properties.marshal()
        self._channel = channel
        self._most = most - 8

    def written(self, body: bytes) -> bytes:
        """The message with this body."""
        head = struct.pack(">HxxQ", commands.Basic.frame_id, len(body)) + self._flags
        starts = range(0, len(body), self._most)
        parts = [_framed(_BODY, self._channel, body[at : at + self._most]) for at in starts]
        return b"".join((self._method, _framed(_HEADER, self._channel, head), *parts))


def ack(channel: int, tag: int, multiple: bool) -> bytes:
    """`Basic.Ack`, as it is written for many tickets."""
    return _framed(_METHOD, channel, _tagged.pack(_ACK, tag, multiple))


def nack(channel: int, tag: int, requeue: bool) -> bytes:
    """`Basic.Nack` of one: to be delivered again, or for the dead letters."""
    return _framed(_METHOD, channel, _tagged.pack(_NACK, tag, requeue << 1))


def _framed(kind: int, channel: int, payload: bytes) -> bytes:
    return _head.pack(kind, channel, len(payload)) + payload + END
