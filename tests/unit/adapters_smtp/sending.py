"""Short ways to send one message to a scripted receiver."""

import ssl

from tests.unit.adapters_smtp.scripted import Receiver
from twofifty.adapters.smtp.pool import Reuse, SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Envelope

DATA = b"From: orders@example.com\r\nSubject: Order 1001\r\n\r\nThank you.\r\n"


class Journal:
    """A dot journal that remembers how often it was asked."""

    def __init__(self, answer: bool | Exception = True) -> None:
        self.answer = answer
        self.asked = 0

    async def __call__(self) -> bool:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def envelope(data: bytes = DATA, recipient: str = "buyer@example.com") -> Envelope:
    return Envelope("1001.1@example.com", "orders@example.com", recipient, data)


def channel(
    server: Receiver | int,
    options: str = "",
    *,
    user: str = "",
    scheme: str = "smtp",
    trust: ssl.SSLContext | None = None,
    reuse: Reuse | None = None,
) -> SmtpChannel:
    """A channel to a receiver; every wait is at most 0.3 s unless `options` says otherwise."""
    port = server if isinstance(server, int) else server.port
    timeout = "" if "timeout=" in options else "&timeout=0.3"
    (route,) = parse_routes(f"{scheme}://{user}127.0.0.1:{port}?connections=4{timeout}{options}")
    return SmtpChannel(route, helo="shop.example.com", ssl_context=trust, reuse=reuse)


async def send_one(
    server: Receiver, journal: Journal | None = None, options: str = "", data: bytes = DATA
) -> Outcome:
    """One message through a channel of its own."""
    one = channel(server, options)
    try:
        return await one.send(envelope(data), journal or Journal())
    finally:
        await one.close()
