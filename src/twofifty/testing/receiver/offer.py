"""What the receiver offers, and what its dialogues share."""

import ssl
from collections.abc import Mapping

import msgspec

from twofifty.clock import Clock
from twofifty.testing.ledger import Ledger
from twofifty.testing.moment import Script


class Offer(msgspec.Struct, frozen=True):
    """`port` 0 means any free one. With `tls` STARTTLS is offered, or TLS is spoken from the first
    byte if `implicit_tls`. With `users` (name to password or token) AUTH is needed, and offered by
    `mechanisms`. `max_size` is in bytes. `lookup` also starts the HTTP endpoint that answers for
    the ledger."""

    host: str = "127.0.0.1"
    port: int = 0
    name: str = "receiver.example.test"
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    users: Mapping[str, str] = {}
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN")
    pipelining: bool = True
    chunking: bool = False
    dsn: bool = False
    max_size: int = 25 * 1024 * 1024
    lookup: bool = False


class Stage:
    """Shared by all sessions of one receiver. `script` may be exchanged at any time."""

    def __init__(self, script: Script, ledger: Ledger, clock: Clock, offer: Offer) -> None:
        self.script = script
        self.ledger = ledger
        self.clock = clock
        self.offer = offer
        self.sessions = 0
