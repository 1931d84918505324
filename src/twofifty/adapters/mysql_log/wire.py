"""Reading the fields of a packet one after another, as the replication protocol writes them."""

_WIDTHS = {0xFC: 2, 0xFD: 3, 0xFE: 8}


class Garbled(Exception):
    """An event of the log ends early or is of no known form."""


class Fields:
    """A place in `data`, moved on by every read. Raises Garbled where the data ends early."""

    __slots__ = ("data", "pos")

    def __init__(self, data: bytes, pos: int = 0) -> None:
        self.data = data
        self.pos = pos

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        start, self.pos = self.pos, self.pos + size
        if self.pos > len(self.data):
            raise Garbled(f"{size} bytes are missing in an event of the binary log")
        return self.data[start : self.pos]

    def number(self, size: int) -> int:
        """An unsigned number of `size` bytes, little end first."""
        return int.from_bytes(self.take(size), "little")

    def packed(self) -> int:
        """A length-encoded number."""
        first = self.number(1)
        return first if first < 0xFB else self.number(_WIDTHS.get(first, 8))

    def text(self) -> str:
        """Words behind their length-encoded length."""
        return self.take(self.packed()).decode("utf-8", "replace")

    def bits(self, count: int) -> int:
        """A bitmap of `count` bits as a number; the first bit is its lowest."""
        return self.number((count + 7) // 8)

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(len(self.data) - self.pos)

    def more(self) -> bool:
        """Whether anything is left."""
        return self.pos < len(self.data)
