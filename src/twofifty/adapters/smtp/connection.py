"""One open SMTP session: one message after another, and what became of each."""

from twofifty.adapters.smtp import commands
from twofifty.adapters.smtp.fitness import unfit
from twofifty.adapters.smtp.offers import Offers
from twofifty.adapters.smtp.session import Session
from twofifty.adapters.smtp.transfer import by_chunks, by_data
from twofifty.adapters.smtp.wire import WireFault
from twofifty.deliver.outcome import Accepted, Deferred, Outcome, Phase, Refused
from twofifty.deliver.ports import Dot, Envelope

_WANTED: dict[Phase, int] = {"mail": 2, "rcpt": 2, "data": 3}

Steps = tuple[tuple[Phase, bytes], ...]


class Connection:
    """After `send` look at `usable`: a connection that is out of step takes no further message.
    Of what is in `offers` all is used; `notify` is what reports are asked for (RFC 3461)."""

    def __init__(self, session: Session, offers: Offers, notify: str = "") -> None:
        self._session = session
        self._wire = session.wire
        self._offers = offers
        self._notify = notify
        self._unfinished = False
        self.sends = 0

    @property
    def usable(self) -> bool:
        """Open and in step: nothing has come that nobody asked for."""
        return self._wire.quiet

    @property
    def chunking(self) -> bool:
        """Whether it sends by BDAT."""
        return self._offers.chunking

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """Hands one message over. What `dot` raises passes through; the connection is then gone."""
        self.sends += 1
        refused = unfit(envelope, self._offers, self._session.route)
        if refused:
            return refused
        try:
            return await self._offer(envelope) or await self._hand_over(envelope.data, dot)
        except BaseException:  # cancelled, or the journal failed: never leave half a message
            self._wire.abort()
            raise

    async def quit(self) -> None:
        """Says goodbye and closes, whatever the server makes of it."""
        self._wire.write(b"QUIT\r\n")
        try:
            await self._wire.reply(self._session.timeouts.quit)
        except WireFault:
            pass
        finally:
            self._wire.close()

    async def _offer(self, envelope: Envelope) -> Deferred | Refused | None:
        """MAIL, RCPT and, without CHUNKING, DATA; None when the server wants the message."""
        lost = await self._reset() if self._unfinished else None
        if lost:
            return lost
        steps: Steps = (
            ("mail", commands.mail(envelope, self._offers, self._notify)),
            ("rcpt", commands.rcpt(envelope, self._offers, self._notify)),
        )
        if not self._offers.chunking:
            steps = (*steps, ("data", b"DATA\r\n"))
        if self._offers.pipelining:
            return await self._in_one_group(steps)
        return await self._one_by_one(steps)

    async def _in_one_group(self, steps: Steps) -> Deferred | Refused | None:
        """All commands in one write, DATA last (RFC 2920 3.1); every reply is read."""
        self._wire.write(b"".join(command for _, command in steps))
        stopped: Deferred | Refused | None = None
        for phase, _ in steps:
            answer = await self._answer(phase)
            if stopped and phase == "data" and answer is None:
                # A server that says 354 without a valid recipient awaits data. RFC 2920 would have
                # a lone dot sent; if the replies are out of step, that dot delivers an empty mail.
                # Dropping the connection costs a handshake and can deliver nothing.
                self._wire.abort()
            stopped = stopped or answer
        return stopped

    async def _one_by_one(self, steps: Steps) -> Deferred | Refused | None:
        for phase, command in steps:
            self._wire.write(command)
            stopped = await self._answer(phase)
            if stopped:
                return stopped
        return None

    async def _answer(self, phase: Phase) -> Deferred | Refused | None:
        """The judgement of the next reply; None if it is the wanted one."""
        raw = await self._session.heard(phase)
        if isinstance(raw, Deferred):
            return raw
        if raw.code // 100 == _WANTED[phase]:
            self._unfinished = True
            return None
        return self._session.judged(raw, phase)

    async def _reset(self) -> Deferred | None:
        """Clears what a refused message left open. Whatever fails here fails like an idle death."""
        self._wire.write(b"RSET\r\n")
        raw = await self._session.heard("mail")
        if isinstance(raw, Deferred):
            return raw
        if raw.code // 100 != 2:
            self._wire.abort()
            return self._session.lost("mail", f"answered {raw.code} to RSET")
        self._unfinished = False
        return None

    async def _hand_over(self, data: bytes, dot: Dot) -> Outcome:
        """The message itself. After a refused chunk only RSET makes a clean start (RFC 3030 2)."""
        if self._offers.chunking:
            outcome = await by_chunks(self._session, data, dot, self._offers.pipelining)
            over = isinstance(outcome, Accepted)
        else:
            outcome = await by_data(self._session, data, dot)
            over = isinstance(outcome, Accepted | Deferred | Refused)
        self._unfinished = not over
        return outcome
