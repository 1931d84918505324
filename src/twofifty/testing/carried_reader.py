"""Reads a ticket that carries its mail, with nothing of ours: an example for other programmes.

ticket      MessagePack, see `twofifty.queue.envelope`
content     a byte that names the dictionary (0: none), then a zstd frame
digest      SHA-256 of the mail
"""

import hashlib
from collections.abc import Mapping

import msgspec
import zstandard


def read(body: bytes, dictionaries: Mapping[int, bytes]) -> tuple[int, bytes | None]:
    """The job and its mail, None where only the id travels. `dictionaries` by their number, as the
    store has them. Raises ValueError for what is no ticket or was spoiled on the way."""
    ticket = msgspec.msgpack.decode(body, type=dict[str, int | bytes])
    job, content = ticket.get("job"), ticket.get("content")
    if not isinstance(job, int):
        raise ValueError("no ticket")
    if not isinstance(content, bytes) or not content:
        return job, None
    words = zstandard.ZstdCompressionDict(
        dictionaries[content[0]] if content[0] else b"", dict_type=zstandard.DICT_TYPE_RAWCONTENT
    )
    mail = zstandard.ZstdDecompressor(dict_data=words).decompress(content[1:])
    if hashlib.sha256(mail).digest() != ticket.get("digest"):
        raise ValueError("the mail is not what its digest says")
    return job, mail
