"""Clients for the receiver: bare sockets, and the standard library's."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from twofifty.testing.receiver import Receiver

SENDER = "orders@shop.example.test"
RECIPIENT = "customer@example.test"


def message(number: int = 1, body: str = "Thank you.") -> bytes:
    """A small mail with CRLF line ends."""
    lines = [f"Message-ID: <{number}@shop.example.test>", "Subject: Order", "", body, ""]
    return "\r\n".join(lines).encode()


class Line:
    """A bare connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rb")

    def reply(self) -> bytes:
        """All lines of one reply; empty at the end of the connection."""
        lines = b""
        while line := self.file.readline():
            lines += line
            if line[3:4] != b"-":
                break
        return lines

    def ask(self, command: bytes) -> bytes:
        """Sends a line and reads its reply."""
        self.socket.sendall(command + b"\r\n")
        return self.reply()

    def ended(self) -> bool:
        """True where the other side has closed and sent nothing more."""
        try:
            return self.file.read(1) == b""
        except ConnectionError:
            return True

    def silent(self, seconds: float = 0.3) -> bool:
        """True where nothing comes and nothing ends for a while."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1) is None
        except TimeoutError:
            return True

    def close(self) -> None:
        """Ends it."""
        self.file.close()
        self.socket.close()


Dial = Callable[[Receiver], Line]
Walk = Callable[[Receiver, str], Line]


class Send(Protocol):
    """Sends one mail over a connection of its own."""

    def __call__(
        self, receiver: Receiver, number: int = 1, to: str = RECIPIENT, sender: str = SENDER
    ) -> None: ...


@contextmanager
def client(receiver: Receiver) -> Iterator[smtplib.SMTP]:
    """The standard library's client."""
    smtp = smtplib.SMTP("127.0.0.1", receiver.port, timeout=10)
    try:
        yield smtp
    finally:
        smtp.close()


COMMANDS = (
    ("connect", b""),
    ("ehlo", b"EHLO client.example.test\r\n"),
    ("mail", b"MAIL FROM:<orders@shop.example.test>\r\n"),
    ("rcpt", b"RCPT TO:<customer@example.test>\r\n"),
    ("data", b"DATA\r\n"),
    ("dot", message() + b".\r\n"),
)
