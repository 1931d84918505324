"""One open SMTP session: one message after another, and what became of each."""

from twofifty.adapters.smtp.body import dot_stuffed
from twofifty.adapters.smtp.classify import judge
from twofifty.adapters.smtp.fitness import mail_command, unfit
from twofifty.adapters.smtp.offers import Offers
from twofifty.adapters.smtp.reply import RawReply
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.adapters.smtp.wire import Wire, WireFault
from twofifty.deliver.outcome import (
    Accepted,
    Deferred,
    Fenced,
    InDoubt,
    Outcome,
    Phase,
    Refused,
)
from twofifty.deliver.ports import Dot, Envelope

_WANTED: dict[Phase, int] = {"mail": 2, "rcpt": 2, "data": 3}


class Connection:
    """After `send` look at `usable`: a connection that is out of step takes no further message."""

    def __init__(self, wire: Wire, offers: Offers, route: str, timeouts: Timeouts) -> None:
        self._wire = wire
        self._offers = offers
        self._route = route
        self._timeouts = timeouts
        self._unfinished = False
        self.sends = 0

    @property
    def usable(self) -> bool:
        """Open and in step: nothing has come that nobody asked for."""
        return self._wire.quiet

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """Hands one message over. What `dot` raises passes through; the connection is then gone."""
        self.sends += 1
        refused = unfit(envelope, self._offers, self._route)
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
            await self._wire.reply(self._timeouts.quit)
        except WireFault:
            pass
        finally:
            self._wire.close()

    async def _offer(self, envelope: Envelope) -> Deferred | Refused | None:
        """MAIL, RCPT and DATA; None when the server asks for the message (354)."""
        lost = await self._reset() if self._unfinished else None
        if lost:
            return lost
        steps: tuple[tuple[Phase, bytes], ...] = (
            ("mail", mail_command(envelope, self._offers)),
            ("rcpt", f"RCPT TO:<{envelope.recipient}>\r\n".encode()),
            ("data", b"DATA\r\n"),
        )
        if self._offers.pipelining:
            return await self._in_one_group(steps)
        return await self._one_by_one(steps)

    async def _in_one_group(
        self, steps: tuple[tuple[Phase, bytes], ...]
    ) -> Deferred | Refused | None:
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

    async def _one_by_one(
        self, steps: tuple[tuple[Phase, bytes], ...]
    ) -> Deferred | Refused | None:
        for phase, command in steps:
            self._wire.write(command)
            stopped = await self._answer(phase)
            if stopped:
                return stopped
        return None

    async def _answer(self, phase: Phase) -> Deferred | Refused | None:
        """The judgement of the next reply; None if it is the wanted one."""
        try:
            raw = await self._wire.reply(self._timeouts.reply_to(phase))
        except WireFault as fault:
            return self._lost(phase, str(fault))
        if raw.code // 100 == _WANTED[phase]:
            self._unfinished = True
            return None
        return self._judged(raw, phase)

    async def _reset(self) -> Deferred | None:
        """Clears what a refused message left open. Whatever fails here fails like an idle death."""
        self._wire.write(b"RSET\r\n")
        try:
            raw = await self._wire.reply(self._timeouts.command)
        except WireFault as fault:
            return self._lost("mail", str(fault))
        if raw.code // 100 != 2:
            self._wire.abort()
            return self._lost("mail", f"answered {raw.code} to RSET")
        self._unfinished = False
        return None

    async def _hand_over(self, data: bytes, dot: Dot) -> Outcome:
        """The message, the journal's word, the final dot (RFC 5321 4.1.1.4)."""
        self._wire.write(dot_stuffed(data))
        try:
            await self._wire.drained(self._timeouts.block)
        except WireFault as fault:
            return self._lost("data", str(fault))
        stopped = await self._spoken_early("data")
        if stopped:
            return stopped
        if not await dot():
            self._wire.abort()
            return Fenced()
        return await self._spoken_early("dot") or await self._finish()

    async def _spoken_early(self, phase: Phase) -> Deferred | Refused | None:
        """What the server said, or that it went away, while the final dot was still here.

        Nothing can have been taken yet, so even a 250 is no acceptance.
        """
        if self._wire.quiet:
            return None
        try:
            raw = await self._wire.reply(self._timeouts.command)
        except WireFault as fault:
            return self._lost(phase, str(fault))
        finally:
            self._wire.abort()
        return self._judged(raw, phase)

    async def _finish(self) -> Outcome:
        """The final dot. From here on, silence is a doubt."""
        self._wire.write(b".\r\n")
        try:
            raw = await self._wire.reply(self._timeouts.dot)
        except WireFault as fault:
            return self._in_doubt(str(fault))
        self._unfinished = False
        if raw.code // 100 == 2:
            return Accepted(raw.reply(), self._route)
        if raw.code < 400:
            self._wire.abort()
            return self._in_doubt(f"answered {raw.code}")
        return self._judged(raw, "dot")

    def _judged(self, raw: RawReply, phase: Phase) -> Deferred | Refused:
        """A reply that is not the wanted one. A positive one means that replies are out of step."""
        if raw.code < 400:
            self._wire.abort()
            return self._lost(phase, f"answered {raw.code} out of turn")
        if raw.code == 421:
            self._wire.abort()
        return judge(raw.reply(), phase, self._route)

    def _lost(self, phase: Phase, what: str) -> Deferred:
        reason = f"{self._route} {what} ({phase.upper()})."
        return Deferred(reason, phase, self._route, connection=True)

    def _in_doubt(self, what: str) -> InDoubt:
        return InDoubt(f"{self._route} was sent the final dot, then it {what}.", self._route)
