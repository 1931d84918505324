"""What makes a mail ours: its return path, its further headers, its signature."""

from datetime import datetime
from typing import Protocol

from twofifty.deliver.ports import Leased

Headers = tuple[tuple[str, str], ...]


class Identity(Protocol):
    """Of one source's mails. The same message always gets the same of each."""

    def return_path(self, sender: str, message_id: str) -> str:
        """The envelope's sender (RFC 5321 4.4) of a message from the address `sender`."""
        ...

    def headers(self, item: Leased) -> Headers:
        """Further headers, name and value."""
        ...

    def signs(self, sender: str) -> bool:
        """Whether mails from that address are signed at all."""
        ...

    def signed(self, raw: bytes, sender: str, at: datetime) -> bytes:
        """`raw` with its signatures before it; `at`: when it is signed. Takes long enough to be
        done on another thread."""
        ...


class Bare:
    """An `Identity` without any of it."""

    def return_path(self, sender: str, message_id: str) -> str:
        """The sender's own address."""
        return sender

    def headers(self, item: Leased) -> Headers:
        """None."""
        return ()

    def signs(self, sender: str) -> bool:
        """Never."""
        return False

    def signed(self, raw: bytes, sender: str, at: datetime) -> bytes:
        """As it is."""
        return raw
