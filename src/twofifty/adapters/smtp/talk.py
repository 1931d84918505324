"""The words that open a connection: a command, its reply, and a way out when it is not the wanted
one. Whatever fails before MAIL is about the route, so it leaves as a `Deferred` in `Failed`."""

from twofifty.adapters.smtp.classify import put_off
from twofifty.adapters.smtp.reply import RawReply
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.adapters.smtp.wire import Wire, WireFault
from twofifty.deliver.outcome import Deferred, Phase, Reply


class Failed(Exception):
    """Carries the outcome out of the steps of opening a connection."""

    def __init__(self, outcome: Deferred) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class Talk:
    """A wire, and who is at its other end. What is in `secrets` goes no further, although some
    servers repeat the line that they did not like."""

    def __init__(self, wire: Wire, route: str, timeouts: Timeouts) -> None:
        self.wire = wire
        self.route = route
        self.timeouts = timeouts
        self.secrets: tuple[str, ...] = ()

    async def ask(self, phase: Phase, command: str) -> RawReply:
        """The reply to `command`. Raises Failed."""
        self.wire.write(f"{command}\r\n".encode())
        return await self.reply(phase)

    async def reply(self, phase: Phase) -> RawReply:
        """The next reply. Raises Failed."""
        try:
            return await self.wire.reply(self.timeouts.reply_to(phase))
        except WireFault as fault:
            raise self.failed(phase, str(fault)) from None

    def expect(self, raw: RawReply, phase: Phase, code: int) -> None:
        """Raises Failed where `raw` has another code."""
        if raw.code == code:
            return
        if raw.code < 400:
            raise self.failed(phase, f"answered {raw.code} where {code} belongs")
        raise Failed(put_off(self._without_secrets(raw), phase, self.route))

    def failed(self, phase: Phase, what: str) -> Failed:
        """What to raise; `what` is the second half of a sentence about the server."""
        reason = f"{self.route} {what}."
        return Failed(Deferred(reason, phase, self.route, connection=True))

    def _without_secrets(self, raw: RawReply) -> Reply:
        said = b" ".join(raw.lines)
        if any(secret and secret.encode() in said for secret in self.secrets):
            return Reply(code=raw.code, text="", enhanced=raw.reply().enhanced)
        return raw.reply()
