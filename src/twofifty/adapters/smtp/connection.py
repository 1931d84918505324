"""One open SMTP session: one message after another, and what became of each.

Where the server pipelines, the commands of the next message go in one write with the final dot of
the one before it (RFC 2920): one round trip a message. By BDAT, which has no 354 to wait for,
several go together (`train`). Replies come in the order of the commands, so each is its own
message's.
"""

from twofifty.adapters.smtp import commands
from twofifty.adapters.smtp.body import reads_as_command
from twofifty.adapters.smtp.fitness import unfit
from twofifty.adapters.smtp.offered import Offered, Take
from twofifty.adapters.smtp.offers import Offers
from twofifty.adapters.smtp.session import Session, died_idle
from twofifty.adapters.smtp.train import LONGEST, travelled
from twofifty.adapters.smtp.transfer import by_chunks, by_data
from twofifty.adapters.smtp.wire import WireFault
from twofifty.deliver.outcome import Accepted, Deferred, Outcome, Phase, Refused
from twofifty.deliver.ports import Envelope

_WANTED: dict[Phase, int] = {"mail": 2, "rcpt": 2, "data": 3}

Steps = tuple[tuple[Phase, bytes], ...]


class Connection:
    """After `carry` look at `usable`: a connection that is out of step takes no further message.
    Of what is in `offers` all is used; `notify` is what reports are asked for (RFC 3461). `sends`
    counts the messages that it took on."""

    def __init__(self, session: Session, offers: Offers, notify: str = "") -> None:
        self._session = session
        self._wire = session.wire
        self._offers = offers
        self._notify = notify
        self._unfinished = False
        self._fresh = True
        self._warm = False
        self._aboard: list[Offered] = []
        self._next: Offered | None = None
        self._begun = False
        self.sends = 0

    @property
    def usable(self) -> bool:
        """Open and in step: nothing has come that nobody asked for."""
        return self._wire.quiet

    async def carry(self, first: Offered, take: Take) -> list[Offered]:
        """Hands over `first`, then what `take` gives, and settles each; ends when there is no more,
        or when it is out of step. Returns those of which the server took no note before it went
        away: to be offered anew, on a new connection. The first on a new connection is never among
        them."""
        self._warm = False
        offered: Offered | None = first
        while offered is not None:
            lost = await self._leg(offered, take)
            if lost:
                return lost
            offered = self._following(take)
        return []

    async def quit(self) -> None:
        """Says goodbye and closes, whatever the server makes of it."""
        self._wire.write(b"QUIT\r\n")
        try:
            await self._wire.reply(self._session.timeouts.quit)
        except WireFault:
            pass
        finally:
            self._wire.close()

    async def _leg(self, offered: Offered, take: Take) -> list[Offered]:
        """One message, or several together once the line is known to work."""
        cars = self._coupled(offered, take)
        self._boarded(cars)
        if len(cars) == 1:
            return [] if await self._carried(offered, take) else cars
        self.sends += len(cars) - 1
        lost, self._unfinished = await travelled(self._session, cars, self._train_car)
        return lost

    def _following(self, take: Take) -> Offered | None:
        """The message whose commands are with the server already, or the next one."""
        following, self._next = self._next, None
        if following is None and self.usable:
            following = take()
        return following

    async def _carried(self, offered: Offered, take: Take) -> bool:
        """Whether it is settled; it is not where the server never took note of it."""
        try:
            outcome = await self._sent(offered, take)
        except Exception as fault:  # noqa: BLE001
            # Whatever the journal raises is for whoever asked; never leave half a message.
            self._wire.abort()
            offered.fail(fault)
            return True
        except BaseException:
            self._wire.abort()
            raise
        if died_idle(outcome) and not self._fresh:
            return False
        self._fresh = False
        self._warm = isinstance(outcome, Accepted)
        offered.settle(outcome)
        return True

    async def _sent(self, offered: Offered, take: Take) -> Outcome:
        if self._begun:
            self._begun = False
            stopped: Deferred | Refused | None = await self._group_answered(self._phases)
        else:
            stopped = await self._offer(offered.envelope)
        return stopped or await self._hand_over(offered, take)

    async def _offer(self, envelope: Envelope) -> Deferred | Refused | None:
        """MAIL, RCPT and, without CHUNKING, DATA; None when the server wants the message."""
        self.sends += 1
        refused = unfit(envelope, self._offers, self._session.route)
        if refused:
            return refused
        lost = await self._reset() if self._unfinished else None
        if lost:
            return lost
        if self._offers.pipelining:
            self._wire.write(self._group(envelope))
            return await self._group_answered(self._phases)
        return await self._one_by_one(self._steps(envelope))

    @property
    def _phases(self) -> tuple[Phase, ...]:
        return ("mail", "rcpt") if self._offers.chunking else ("mail", "rcpt", "data")

    def _steps(self, envelope: Envelope) -> Steps:
        steps: Steps = (
            ("mail", commands.mail(envelope, self._offers, self._notify)),
            ("rcpt", commands.rcpt(envelope, self._offers, self._notify)),
        )
        return steps if self._offers.chunking else (*steps, ("data", b"DATA\r\n"))

    def _group(self, envelope: Envelope) -> bytes:
        """All commands in one write, DATA last (RFC 2920 3.1)."""
        return b"".join(command for _, command in self._steps(envelope))

    async def _group_answered(self, phases: tuple[Phase, ...]) -> Deferred | Refused | None:
        """Every reply is read, the first that stops the message counts."""
        stopped: Deferred | Refused | None = None
        for phase in phases:
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

    async def _hand_over(self, offered: Offered, take: Take) -> Outcome:
        """The message itself. After a refused chunk only RSET makes a clean start (RFC 3030 2)."""
        data, dot = offered.envelope.data, offered.journalled
        if self._offers.chunking:
            outcome = await by_chunks(self._session, data, dot, self._offers.pipelining)
            over = isinstance(outcome, Accepted)
        else:
            outcome = await by_data(self._session, data, dot, lambda: self._behind(take))
            over = isinstance(outcome, Accepted | Deferred | Refused)
        self._unfinished = not over
        return outcome

    def _behind(self, take: Take) -> bytes:
        """The commands of the next message, which go with the final dot of this one."""
        following = self._fit(take) if self._offers.pipelining else None
        if following is None:
            return b""
        self._next, self._begun = following, True
        self._boarded([*self._aboard, following])
        self.sends += 1
        return self._group(following.envelope)

    def _coupled(self, first: Offered, take: Take) -> list[Offered]:
        """What goes together with `first`: nothing on a line of which nothing was heard lately, for
        that many messages would be in doubt if it were dead."""
        cars = [first]
        trains = self._warm and self._offers.chunking and self._offers.pipelining
        if not trains or self._unfinished or self._goes_alone(first):
            return cars
        while len(cars) < LONGEST and self._next is None:
            following = self._fit(take)
            if following is None:
                break
            if self._goes_alone(following):
                self._next = following
            else:
                cars.append(following)
        return cars

    def _goes_alone(self, offered: Offered) -> bool:
        envelope = offered.envelope
        refused = unfit(envelope, self._offers, self._session.route)
        return refused is not None or reads_as_command(envelope.data)

    def _fit(self, take: Take) -> Offered | None:
        """The next message that this server can take; those that it cannot are refused."""
        while (offered := take()) is not None:
            refused = unfit(offered.envelope, self._offers, self._session.route)
            if refused is None:
                return offered
            offered.settle(refused)
        return None

    def _train_car(self, envelope: Envelope) -> bytes:
        data = envelope.data
        return b"%bBDAT %d LAST\r\n%b" % (self._group(envelope), len(data), data)

    def _boarded(self, offered: list[Offered]) -> None:
        self._aboard = offered
        for one in offered:
            one.deserted = self._left

    def _left(self) -> None:
        """Somebody gave up; when all have, nobody is to get anything any more."""
        if all(one.is_over() for one in self._aboard):
            self._wire.abort()
