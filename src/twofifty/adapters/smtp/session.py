"""What the steps of one SMTP session share: the wire, and what a reply or its absence means."""

from twofifty.adapters.smtp.classify import judge
from twofifty.adapters.smtp.reply import RawReply
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.adapters.smtp.wire import Wire, WireFault
from twofifty.deliver.outcome import Accepted, Deferred, InDoubt, Outcome, Phase, Refused


class Session:
    """One connection's. `route` is its label, for reasons and timelines."""

    def __init__(self, wire: Wire, route: str, timeouts: Timeouts) -> None:
        self.wire = wire
        self.route = route
        self.timeouts = timeouts

    async def heard(self, phase: Phase, seconds: float | None = None) -> RawReply | Deferred:
        """The next reply, or that none came within `seconds`, else the phase's own time."""
        try:
            return await self.wire.reply(seconds or self.timeouts.reply_to(phase))
        except WireFault as fault:
            return self.lost(phase, str(fault))

    async def spoken_early(self, phase: Phase) -> Deferred | Refused | None:
        """What the server said, or that it went away, while the final dot was still here.

        Nothing can have been taken yet, so even a 250 is no acceptance.
        """
        if self.wire.quiet:
            return None
        try:
            raw = await self.heard(phase, self.timeouts.command)
        finally:
            self.wire.abort()
        return raw if isinstance(raw, Deferred) else self.judged(raw, phase)

    async def final(self) -> Outcome:
        """What becomes of a message whose final dot is on its way: silence is a doubt."""
        try:
            raw = await self.wire.reply(self.timeouts.dot)
        except WireFault as fault:
            return self.in_doubt(str(fault))
        if raw.code // 100 == 2:
            return Accepted(raw.reply(), self.route)
        if raw.code < 400:
            self.wire.abort()
            return self.in_doubt(f"answered {raw.code}")
        return self.judged(raw, "dot")

    def judged(self, raw: RawReply, phase: Phase) -> Deferred | Refused:
        """A reply that is not the wanted one. A positive one means that replies are out of step."""
        if raw.code < 400:
            self.wire.abort()
            return self.lost(phase, f"answered {raw.code} out of turn")
        if raw.code == 421:
            self.wire.abort()
        return judge(raw.reply(), phase, self.route)

    def lost(self, phase: Phase, what: str) -> Deferred:
        """The connection failed before the final dot."""
        reason = f"{self.route} {what} ({phase.upper()})."
        return Deferred(reason, phase, self.route, connection=True)

    def in_doubt(self, what: str) -> InDoubt:
        """The connection failed after it."""
        return InDoubt(f"{self.route} was sent the final dot, then it {what}.", self.route)


def died_idle(outcome: Outcome) -> bool:
    """Whether a connection turned out dead before the server took note of the message: no reply to
    MAIL, or a 421. Only then may the same message be offered again at once."""
    return (
        isinstance(outcome, Deferred)
        and outcome.connection
        and outcome.phase == "mail"
        and (outcome.reply is None or outcome.reply.code == 421)
    )
