"""Finding the end of a message in a stream of bytes (RFC 5321 4.5.2). Pure.

Only CRLF.CRLF ends a message: whoever takes bare LFs for line ends can be made to see two messages
where there is one.
"""

from collections.abc import Callable

END = b"\r\n.\r\n"


class DotReader:
    """Reads one message up to its final dot and hands it over without dot-stuffing, or None if it
    was longer than `max_size` bytes."""

    def __init__(self, max_size: int, arrived: Callable[[bytes | None], None]) -> None:
        self._max_size = max_size
        self._arrived = arrived
        self._begun = False
        self._scanned = 0
        self._oversize = False

    def __call__(self, buffer: bytearray) -> bool:
        """Looks at what is new. False: more is needed."""
        if not self._begun:
            # A CRLF of our own, so that the first line is like any other.
            buffer[:0] = b"\r\n"
            self._begun = True
        end = buffer.find(END, self._scanned)
        if end < 0:
            self._scanned = self._forgotten(buffer)
            return False
        content = self._content(buffer, end)
        del buffer[: end + len(END)]
        self._arrived(content)
        return True

    def _content(self, buffer: bytearray, end: int) -> bytes | None:
        if self._oversize or end > self._max_size:
            return None
        with memoryview(buffer) as view:
            return _unstuffed(bytes(view[2 : end + 2]))

    def _forgotten(self, buffer: bytearray) -> int:
        """Keeps the buffer bounded; returns where the next search begins."""
        if len(buffer) > self._max_size + len(END):
            self._oversize = True
            del buffer[: 1 - len(END)]
        return max(0, len(buffer) + 1 - len(END))


class ChunkReader:
    """Reads the bytes of one BDAT command (RFC 3030)."""

    def __init__(self, size: int, arrived: Callable[[bytes], None]) -> None:
        self._size = size
        self._arrived = arrived

    def __call__(self, buffer: bytearray) -> bool:
        """Waits for all of them. False: more are needed."""
        if len(buffer) < self._size:
            return False
        chunk = bytes(buffer[: self._size])
        del buffer[: self._size]
        self._arrived(chunk)
        return True


def _unstuffed(content: bytes) -> bytes:
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n")
    return content.removeprefix(b".")
