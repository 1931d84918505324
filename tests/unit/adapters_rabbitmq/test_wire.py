"""Frames to bytes and back: however they are cut, whatever is not AMQP."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp import body, commands, frame, header
from pamqp.common import FieldTable

from twofifty.adapters.rabbitmq import wire
from twofifty.errors import BrokerError

TAGS = st.integers(1, 2**63 - 1)
CHANNELS = st.integers(1, 2047)


def delivery(channel: int, tag: int, content: bytes, before: int, most: int) -> bytes:
    """A delivery as a broker writes it, by the library."""
    method = commands.Basic.Deliver("q.urgent", tag, before > 0, "twofifty", "q.urgent")
    counted: FieldTable = {"x-delivery-count": before} if before else {}
    properties = commands.Basic.Properties(content_type="a/b", headers=counted)
    head = header.ContentHeader(body_size=len(content), properties=properties)
    parts = [body.ContentBody(content[at : at + most]) for at in range(0, len(content), most)]
    frames: list[frame.FrameTypes] = [method, head, *parts]
    return b"".join(frame.marshal(one, channel) for one in frames)


def read(data: bytes, cuts: list[int]) -> list[tuple[int, wire.Event]]:
    reader, found, last = wire.Reader(), list[tuple[int, wire.Event]](), 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        found += reader.feed(data[last:cut])
        last = cut
    return found


@given(
    channel=CHANNELS,
    tag=TAGS,
    content=st.binary(max_size=300),
    before=st.integers(0, 30),
    most=st.integers(1, 100),
    cuts=st.lists(st.integers(0, 2_000), max_size=5),
)
def test_a_delivery_is_read_however_it_is_cut(
    channel: int, tag: int, content: bytes, before: int, most: int, cuts: list[int]
) -> None:
    data = delivery(channel, tag, content, before, most)
    said = frame.marshal(commands.Channel.OpenOk(), channel)
    events = read(said + data + said, cuts)
    assert [number for number, _ in events] == [channel] * 3
    assert events[1][1] == wire.Delivery("q.urgent", tag, content, before)
    assert isinstance(events[0][1], commands.Channel.OpenOk)
    assert isinstance(events[2][1], commands.Channel.OpenOk)


@given(channel=CHANNELS, content=st.binary(max_size=300), most=st.integers(9, 100))
def test_what_is_posted_is_what_the_library_reads(channel: int, content: bytes, most: int) -> None:
    publish = commands.Basic.Publish(exchange="e", routing_key="k", mandatory=True)
    data = wire.Posting(channel, publish, most).written(content)
    parts = []
    while data:
        used, number, part = frame.unmarshal(data)
        assert number == channel
        assert used <= most + 8 or not isinstance(part, body.ContentBody)
        parts.append(part)
        data = data[used:]
    method, head, *bodies = parts
    assert isinstance(method, commands.Basic.Publish)
    assert method.mandatory
    assert isinstance(head, header.ContentHeader)
    assert head.body_size == len(content)
    assert (head.properties.delivery_mode, head.properties.message_type) == (2, "twofifty.ticket/1")
    assert b"".join(part.value for part in bodies if isinstance(part, body.ContentBody)) == content


@given(channel=CHANNELS, tag=TAGS, flag=st.booleans())
def test_answers_are_what_the_library_reads(channel: int, tag: int, flag: bool) -> None:
    _, _, ack = frame.unmarshal(wire.ack(channel, tag, flag))
    assert isinstance(ack, commands.Basic.Ack)
    assert (ack.delivery_tag, ack.multiple) == (tag, flag)
    _, _, nack = frame.unmarshal(wire.nack(channel, tag, flag))
    assert isinstance(nack, commands.Basic.Nack)
    assert (nack.delivery_tag, nack.multiple, nack.requeue) == (tag, False, flag)


@given(tag=TAGS, multiple=st.booleans())
def test_confirms_are_read(tag: int, multiple: bool) -> None:
    data = frame.marshal(commands.Basic.Ack(tag, multiple), 1)
    data += frame.marshal(commands.Basic.Nack(tag, multiple, False), 1)
    good, bad = (event for _, event in wire.Reader().feed(data))
    assert good == wire.Ack(tag, multiple, good=True)
    assert bad == wire.Ack(tag, multiple, good=False)


METHODS = st.sampled_from([0x003C0050, 0x003C0078, 0x003C003C, 0x003C0032, 0x000A0032, 0x00140028])


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3, 8]), st.one_of(st.none(), METHODS), st.binary(max_size=40)
        ),
        max_size=4,
    ),
    st.binary(max_size=40),
)
def test_whatever_comes_is_read_or_refused(
    frames: list[tuple[int, int | None, bytes]], rest: bytes
) -> None:
    data = b""
    for kind, method, more in frames:
        payload = (b"" if method is None else method.to_bytes(4)) + more
        data += struct.pack(">BHI", kind, 1, len(payload)) + payload + wire.END
    with contextlib.suppress(BrokerError):
        assert all(number >= 0 for number, _ in wire.Reader().feed(data + rest))


@pytest.mark.parametrize("data", [b"HTTP/1.1 400 Bad Request\r\n", b"SSH-2.0-x\r\n" * 2])
def test_another_server_is_told_from_a_broker(data: bytes) -> None:
    with pytest.raises(BrokerError, match="not what a broker says"):
        list(wire.Reader().feed(data))
