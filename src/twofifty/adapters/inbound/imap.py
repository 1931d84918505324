"""Fetches what came into a folder of an IMAP server, again and again.

A mail is marked, moved or deleted only after it is on disk here: what is interrupted is read once
more, and known then.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, ParamSpec, Protocol, TypeVar

from twofifty import telemetry
from twofifty.adapters.inbound.imap_session import Bounds, ImapFault, ImapSession
from twofifty.adapters.inbound.url import Imap
from twofifty.errors import StoreBroken, StoreError
from twofifty.track.model import Taken

P = ParamSpec("P")
T = TypeVar("T")

FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 600.0
_USUAL: Final = Bounds()


class Ear(Protocol):
    """Who takes the mail."""

    async def mail(self, raw: bytes) -> Taken:
        """Keeps a mail; it is on disk when this returns. Raises StoreError."""
        ...


class ImapFolder:
    """Reads one folder into `ear`. `pause`: seconds until a server that is away is tried again
    first."""

    def __init__(
        self, where: Imap, ear: Ear, bounds: Bounds = _USUAL, *, pause: float = FIRST_PAUSE
    ) -> None:
        self._bounds = bounds
        self._where = where
        self._ear = ear
        self._pause = pause
        self._session: ImapSession | None = None
        self._at_rest = asyncio.Event()
        self.wrong: str | None = None

    @property
    def label(self) -> str:
        """`HOST/FOLDER`."""
        return self._where.label

    async def run(self) -> None:
        """Until cancelled; a server that is away, or refuses, is tried again, the later the longer
        it lasts."""
        pause = self._pause
        while True:
            try:
                await self.look()
            except StoreBroken:
                raise
            except (ImapFault, OSError, StoreError) as fault:
                self._away(fault, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            self._back()
            pause = self._pause
            await asyncio.sleep(self._where.every)

    async def look(self) -> int:
        """Reads everything that nobody read yet; how many mails. Raises ImapFault, OSError and
        StoreError; what was kept by then stays kept."""
        if self._session is None:
            self._session = await self._apart(ImapSession, self._where, self._bounds)
        session = self._session
        windows = session.waiting()
        count = 0
        while (uids := await self._apart(next, windows, None)) is not None:
            for batch in _batches(uids, self._bounds.batch):
                count += await self._read(session, batch)
        return count

    async def stop(self) -> None:
        """Ends the connection, whatever is going on."""
        session, self._session = self._session, None
        if session is not None:
            session.break_off()
            await self._at_rest.wait()
            session.close()

    async def _read(self, session: ImapSession, uids: Sequence[int]) -> int:
        mails = await self._apart(session.fetched, uids)
        await asyncio.gather(*(self._ear.mail(raw) for raw in mails.values()))
        if mails:
            await self._apart(session.done, list(mails))
        return len(mails)

    async def _apart(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Done in a thread, which goes on where the wait for it is cancelled."""
        going_on = asyncio.ensure_future(asyncio.to_thread(work, *given, **named))
        self._at_rest.clear()
        going_on.add_done_callback(lambda _: self._at_rest.set())
        return await asyncio.shield(going_on)

    def _away(self, fault: Exception, pause: float) -> None:
        """Says it once; the connection is made anew."""
        if self._session is not None:
            self._session.close()
            self._session = None
        reason = _reason(fault)
        if reason != self.wrong:
            telemetry.log().warning(
                "a mailbox cannot be read; tried again",
                action="inbound.away",
                mailbox=self._where.label,
                reason=reason,
                seconds=pause,
            )
        self.wrong = reason

    def _back(self) -> None:
        if self.wrong is not None:
            telemetry.log().info(
                "a mailbox is read again", action="inbound.back", mailbox=self._where.label
            )
        self.wrong = None


def _reason(fault: Exception) -> str:
    """In words that hold nothing of the address."""
    if isinstance(fault, OSError):
        return fault.strerror or type(fault).__name__
    return str(fault) or type(fault).__name__


def _batches(uids: Sequence[int], size: int) -> Iterator[list[int]]:
    rest = iter(uids)
    while batch := list(islice(rest, size)):
        yield batch
