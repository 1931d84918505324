"""Handing the message itself over, in the two ways there are: by DATA, by BDAT in chunks.

Either way all but the very end is written, then the journal is asked, then the end is written.
"""

from collections.abc import Callable

from twofifty.adapters.smtp.body import dot_stuffed, in_chunks
from twofifty.adapters.smtp.reply import RawReply
from twofifty.adapters.smtp.session import Session
from twofifty.adapters.smtp.wire import WireFault
from twofifty.deliver.outcome import Deferred, Fenced, Outcome, Phase, Refused
from twofifty.deliver.ports import Dot


def nothing() -> bytes:
    """Nothing goes behind the dot."""
    return b""


async def by_data(
    session: Session, data: bytes, dot: Dot, behind: Callable[[], bytes] = nothing
) -> Outcome:
    """After 354: the message, the journal's word, the final dot (RFC 5321 4.1.1.4), and in the same
    write what goes `behind` it: the dot ends its group, a new one may begin (RFC 2920 3.1)."""
    stopped = await _written(session, dot_stuffed(data)) or await session.spoken_early("data")
    if stopped:
        return stopped
    if not await dot():
        session.wire.abort()
        return Fenced()
    stopped = await session.spoken_early("dot")
    if stopped:
        return stopped
    session.wire.write(b".\r\n" + behind())
    return await session.final()


async def by_chunks(session: Session, data: bytes, dot: Dot, pipelining: bool) -> Outcome:
    """After RCPT: all but the last line, the journal's word, the last line with LAST (RFC 3030 2).

    RCPT was answered before: a server that forgets to skip the chunk of a mail that it refused
    would read the mail as commands. The chunk's own reply is waited for only where the server
    does not pipeline.
    """
    # No 354 shows here that replies are in step: one too many would pass for the next one's.
    early = await session.spoken_early("data")
    return early or await _Chunks(session, data).handed_over(dot, pipelining)


class _Chunks:
    """One message in two chunks, the first of which may be empty."""

    def __init__(self, session: Session, data: bytes) -> None:
        self._session = session
        self._wire = session.wire
        self._first, self._last = in_chunks(data)
        self._owed = bool(self._first)

    async def handed_over(self, dot: Dot, pipelining: bool) -> Outcome:
        stopped = await self._begun(pipelining)
        if stopped:
            return stopped
        if not await dot():
            self._wire.abort()
            return Fenced()
        stopped = await self._checked("dot")
        if stopped:
            return stopped
        self._wire.write(b"BDAT %d LAST\r\n%b" % (len(self._last), self._last))
        return await self._ended()

    async def _begun(self, pipelining: bool) -> Deferred | Refused | None:
        if self._first:
            command = b"BDAT %d\r\n" % len(self._first)
            lost = await _written(self._session, command + self._first)
            if lost:
                return lost
        if self._owed and not pipelining:
            return await self._answered("data")
        return await self._checked("data")

    async def _checked(self, phase: Phase) -> Deferred | Refused | None:
        """What came while LAST was still here: the chunk's reply, or what nobody asked for."""
        if self._owed and not self._wire.quiet:
            stopped = await self._answered(phase)
            if stopped:
                return stopped
        return await self._session.spoken_early(phase)

    async def _answered(self, phase: Phase) -> Deferred | Refused | None:
        """The reply to the first chunk; None if it is the wanted one."""
        raw = await self._session.heard(phase, self._session.timeouts.data)
        self._owed = False
        if isinstance(raw, Deferred):
            return raw
        return None if raw.code // 100 == 2 else self._unwanted(raw, phase)

    def _unwanted(self, raw: RawReply, phase: Phase) -> Deferred | Refused:
        """Where the server does not know BDAT after all, it may be reading the mail as commands."""
        judged = self._session.judged(raw, phase)
        if isinstance(judged, Refused) and judged.about == "route":
            self._wire.abort()
        return judged

    async def _ended(self) -> Outcome:
        """The replies that are out after LAST."""
        if not self._owed:
            return await self._session.final()
        try:
            raw = await self._wire.reply(self._session.timeouts.dot)
        except WireFault as fault:
            return self._session.in_doubt(str(fault))
        if raw.code // 100 == 2:
            return await self._session.final()
        if raw.code < 400:
            self._wire.abort()
            return self._session.in_doubt(f"answered {raw.code}")
        return await self._refused(raw)

    async def _refused(self, raw: RawReply) -> Outcome:
        """The first chunk was refused with LAST on its way, which has a reply of its own. Without
        its first part a mail cannot have been taken, unless the server says so."""
        judged = self._unwanted(raw, "dot")
        last = await self._session.heard("dot", self._session.timeouts.command)
        if isinstance(last, RawReply) and last.code < 400:
            self._wire.abort()
            return self._session.in_doubt(f"took the end of what it had refused ({raw.code})")
        return judged


async def _written(session: Session, data: bytes) -> Deferred | None:
    """All of it is with the system, or the connection is lost."""
    session.wire.write(data)
    try:
        await session.wire.drained(session.timeouts.block)
    except WireFault as fault:
        return session.lost("data", str(fault))
    return None
