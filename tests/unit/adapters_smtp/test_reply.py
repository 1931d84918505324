"""Replies: the same whatever the chunks, and never more memory than the bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.smtp.reply import (
    MAX_LINE,
    MAX_LINES,
    MAX_UNREAD,
    RawReply,
    ReplyFault,
    ReplyParser,
)

TEXTS = st.binary(max_size=30).map(lambda text: text.replace(b"\r", b"").replace(b"\n", b""))
REPLIES = st.builds(
    lambda code, lines: RawReply(code, tuple(lines)),
    st.integers(200, 599),
    st.lists(TEXTS, min_size=1, max_size=5),
)


def parsed(*chunks: bytes) -> list[RawReply]:
    parser = ReplyParser()
    for chunk in chunks:
        parser.feed(chunk)
    return list(parser.replies)


def written(reply: RawReply) -> bytes:
    lines = [b"%d-%b\r\n" % (reply.code, line) for line in reply.lines[:-1]]
    return b"".join(lines) + b"%d %b\r\n" % (reply.code, reply.lines[-1])


@given(st.lists(REPLIES, max_size=5), st.data())
def test_replies_are_the_same_in_any_chunks(replies: list[RawReply], data: st.DataObject) -> None:
    wire = b"".join(written(reply) for reply in replies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=9)))
    chunks = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert parsed(*chunks) == replies


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_noise_is_a_fault_or_replies_and_keeps_little(chunks: list[bytes]) -> None:
    parser = ReplyParser()
    for chunk in chunks:
        try:
            parser.feed(chunk)
        except ReplyFault:
            break
        assert len(parser.replies) <= MAX_UNREAD
    for raw in parser.replies:
        reply = raw.reply()
        assert 200 <= reply.code <= 599
        assert reply.text.isprintable()
        assert len(reply.text) <= 500


@pytest.mark.parametrize(
    "wire",
    [
        b"abc hello\r\n",
        b"25 hello\r\n",
        b"2500 hello\r\n",
        b"250_hello\r\n",
        b"199 hello\r\n",
        b"600 hello\r\n",
        b"\xc2\xb250 hello\r\n",
        b"\r\n",
        b" 250 ok\r\n",
        b"250-a\r\n550 b\r\n",
        b"250 " + b"x" * MAX_LINE + b"\r\n",
        b"x" * (MAX_LINE + 1),
        b"250-x\r\n" * (MAX_LINES + 1),
        (b"250-" + b"x" * 1_000 + b"\r\n") * 66,
        b"250 ok\r\n" * (MAX_UNREAD + 1),
    ],
)
def test_what_is_no_reply_is_a_fault(wire: bytes) -> None:
    with pytest.raises(ReplyFault):
        parsed(wire)


def test_bare_codes_and_bare_newlines_are_taken() -> None:
    assert parsed(b"250\r\n", b"251 a\n") == [RawReply(250, (b"",)), RawReply(251, (b"a",))]


def test_replies_before_a_fault_are_kept() -> None:
    parser = ReplyParser()
    with pytest.raises(ReplyFault):
        parser.feed(b"250 ok\r\nnoise\r\n")
    assert list(parser.replies) == [RawReply(250, (b"ok",))]


def test_unread_sees_even_half_a_reply() -> None:
    for wire in (b"2", b"250-a\r\n", b"250 a\r\n"):
        parser = ReplyParser()
        assert not parser.unread
        parser.feed(wire)
        assert parser.unread


@pytest.mark.parametrize(
    ("lines", "enhanced", "text"),
    [
        ((b"5.1.1 <a@example.com>: unknown",), "5.1.1", "<a@example.com>: unknown"),
        ((b"5.1.1 no", b"5.1.1 such", b"5.1.1 user"), "5.1.1", "no such user"),
        ((b"ok", b"more"), None, "ok more"),
        ((b"5.1.1",), "5.1.1", ""),
        ((b"5.1.1.1 x",), None, "5.1.1.1 x"),
        ((b"3.1.1 x",), None, "3.1.1 x"),
        ((b"5.1234.1 x",), None, "5.1234.1 x"),
        ((b"a\x00\x1b[31mb\xff\xe2\x80\xaec",), None, "a [31mb� c"),
        ((b"x" * 1_500,), None, "x" * 500),
    ],
)
def test_the_reply_that_leaves_is_printable_and_split(
    lines: tuple[bytes, ...], enhanced: str | None, text: str
) -> None:
    reply = RawReply(550, lines).reply()
    assert (reply.enhanced, reply.text) == (enhanced, text)
