"""What hearing needs: a store of reports in memory, that can be out of order."""

import asyncio
from collections.abc import Callable, Sequence

from twofifty.clock import SystemClock
from twofifty.flow.feeds import FeedDoor
from twofifty.flow.hear import Addresses, Hearing
from twofifty.track import verp
from twofifty.track.feedback import Feedback
from twofifty.track.model import Silence, Taken

SECRET = b"s" * 32
BOUNCES = "bounces@b.example.com"
SENDER = "orders@example.com"
ID = "m_abcdefghij0123456789"


class Book:
    """`track.ports.Reports`: remembers what it was given; `fault` is raised instead."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, tuple[Feedback, ...], bytes]] = []
        self.known: set[tuple[str, str | None]] = set()
        self.fault: Exception | None = None
        self.quiet = Silence(0)
        self.pause = 0.0

    async def take(self, origin: str, news: Sequence[Feedback], raw: bytes) -> Taken:
        await asyncio.sleep(self.pause)
        if self.fault is not None:
            raise self.fault
        fresh = [one for one in news if (origin, one.event_id) not in self.known]
        self.known |= {(origin, one.event_id) for one in fresh}
        self.pages.append((origin, tuple(news), raw))
        return Taken(kept=len(fresh), known=len(news) - len(fresh))

    async def of(self, message_id: str) -> Sequence[Feedback] | None:
        return [one for _, news, _ in self.pages for one in news if one.own_id == message_id]

    async def silence(self) -> Silence:
        if self.fault is not None:
            raise self.fault
        return self.quiet

    def news(self) -> list[Feedback]:
        """Everything that was heard."""
        return [one for _, news, _ in self.pages for one in news]


def hearing(book: Book, plain: tuple[str, ...] = (BOUNCES, SENDER)) -> Hearing:
    return Hearing(book, Addresses(plain, (SECRET,)), FeedDoor({}, SystemClock()))


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.02)  # whatever is waited for has no event


def return_path(message_id: str = ID) -> str:
    return verp.envelope_sender(BOUNCES, message_id, SECRET)


def bounce(
    recipient: str = "buyer@example.net",
    *,
    status: str = "5.1.1",
    action: str = "failed",
    own_id: str | None = None,
    to: str = BOUNCES,
) -> bytes:
    """A delivery status notification, as RFC 3464 shows it."""
    back = f"X-Twofifty-ID: {own_id}\r\nMessage-ID: <{own_id}@example.com>\r\n" if own_id else ""
    code = "550" if status.startswith("5") else "450"
    return (
        f"From: MAILER-DAEMON@mx.example.net\r\nTo: <{to}>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {code} {status} no such user\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Subject: Your order\r\n{back}\r\n--b--\r\n"
    ).encode()


ANSWER = (
    b"From: Buyer <buyer@example.net>\r\nTo: orders@example.com\r\nSubject: Re: Your order\r\n"
    b"Message-ID: <1@example.net>\r\n\r\nCan you send it to my neighbour?\r\n"
)
VACATION = (
    b"From: Buyer <buyer@example.net>\r\nTo: orders@example.com\r\nSubject: Out of office\r\n"
    b"Auto-Submitted: auto-replied\r\nMessage-ID: <2@example.net>\r\n\r\nI am away.\r\n"
)
