"""Blobs at rest: zstd (RFC 8878) with a dictionary that this very store was trained with.

A blob is one byte, the dictionary's id (0: none), then a zstd frame. A dictionary is raw
content, typically one rendered sample; measured figures are in ADR 0004.
"""

import threading
from collections.abc import Mapping

import zstandard

LEVEL = 1


class Codec:
    """Compresses with the newest dictionary, expands with whichever a blob was made with. May be
    used from any thread."""

    def __init__(self, dictionaries: Mapping[int, bytes]) -> None:
        self._newest = max(dictionaries, default=0)
        trained = {identity: _raw(content) for identity, content in dictionaries.items()}
        self._own = _Contexts(trained, trained.get(self._newest))

    def pack(self, data: bytes) -> bytes:
        """`data`, smaller."""
        return bytes((self._newest,)) + self._own.compressor.compress(data)

    def unpack(self, blob: bytes) -> bytes:
        """What `pack` was given; nothing of a blob that was pruned. Raises KeyError where the
        blob's dictionary is unknown."""
        if not blob:
            return b""
        return self._own.decompressors[blob[0]].decompress(blob[1:])


class _Contexts(threading.local):
    """A set per thread: a context that two threads use at once corrupts memory, for zstandard
    works without the interpreter lock. The dictionaries are read only and shared."""

    def __init__(
        self,
        trained: Mapping[int, zstandard.ZstdCompressionDict],
        newest: zstandard.ZstdCompressionDict | None,
    ) -> None:
        self.compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=newest)
        self.decompressors = {0: zstandard.ZstdDecompressor()} | {
            identity: zstandard.ZstdDecompressor(dict_data=content)
            for identity, content in trained.items()
        }


def _raw(content: bytes) -> zstandard.ZstdCompressionDict:
    trained = zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    trained.precompute_compress(level=LEVEL)
    return trained
