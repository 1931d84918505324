"""A ticket as it is written for brokers, `twofifty.ticket/1`: MessagePack, read by any language.

A map; keys that a reader does not know are skipped, missing ones have the value in brackets.

    job         integer: the job
    priority    integer: 0 for what may wait, 1 (1) for what a customer waits for
    content     binary (empty): the rendered message (RFC 5322), compressed: one byte that names the
                dictionary, 0 for none, then a zstd frame (RFC 8878)
    digest      binary (empty): the SHA-256 of what `content` unpacks to
"""

import msgspec

from twofifty.queue.carrier import Ticket

FORMAT = "twofifty.ticket/1"
MEDIA_TYPE = "application/msgpack"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Ticket).decode


def packed(ticket: Ticket) -> bytes:
    """`ticket` as it travels."""
    return _encode(ticket)


def unpacked(body: bytes) -> Ticket | None:
    """The ticket that `body` is, None for what is none."""
    try:
        ticket = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return ticket if 0 <= ticket.job < 2**63 else None
