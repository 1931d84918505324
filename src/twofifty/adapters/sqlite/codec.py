"""Blobs at rest: zstd (RFC 8878) with a dictionary that this very store was trained with.

A blob is one byte, the dictionary's id (0: none), then a zstd frame. A dictionary is raw
content, typically one rendered sample; measured figures are in ADR 0004.
"""

from collections.abc import Mapping

import zstandard

LEVEL = 3


class Codec:
    """Compresses with the newest dictionary, expands with whichever a blob was made with."""

    def __init__(self, dictionaries: Mapping[int, bytes]) -> None:
        self._decompressors = {0: zstandard.ZstdDecompressor()}
        self._newest = max(dictionaries, default=0)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL)
        for identity, content in dictionaries.items():
            trained = _raw(content)
            self._decompressors[identity] = zstandard.ZstdDecompressor(dict_data=trained)
            if identity == self._newest:
                trained.precompute_compress(level=LEVEL)
                self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=trained)

    def pack(self, data: bytes) -> bytes:
        """`data`, smaller."""
        return bytes((self._newest,)) + self._compressor.compress(data)

    def unpack(self, blob: bytes) -> bytes:
        """What `pack` was given. Raises KeyError where the blob's dictionary is unknown."""
        return self._decompressors[blob[0]].decompress(blob[1:])


def _raw(content: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
