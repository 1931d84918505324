"""Several messages in one write, where the server takes BDAT and pipelines (RFC 3030, RFC 2920).

All their dots are journalled first. Of each, RSET (but before the first), MAIL, RCPT and one
chunk, the LAST, go off without waiting for replies; then the replies are read, in order. RSET makes
a clean start whatever became of the message before, and shows whether replies are in step: a server
that did not skip the chunk of a mail that it refused, but read it as commands, answers otherwise.

A line that breaks leaves all in doubt that were not answered yet, so there are few of them. A 421
ends that: the server has said that it does nothing more (RFC 5321 3.8), and those behind it are as
they were.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from twofifty.adapters.smtp.offered import Offered
from twofifty.adapters.smtp.reply import RawReply
from twofifty.adapters.smtp.session import Session, died_idle
from twofifty.adapters.smtp.wire import WireFault
from twofifty.clock import Stopwatch, since_boot
from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Phase, Refused
from twofifty.deliver.ports import Envelope
from twofifty.queue.worker import FRESH_SECONDS

LONGEST = 4

_CLOSING = 421
_ASKED: tuple[Phase, ...] = ("ehlo", "mail", "rcpt", "dot")
"""What a message is answered with. RSET, which is none of a message's own phases, stands with EHLO:
both begin anew."""
_BEFORE: tuple[Phase, ...] = ("mail", "rcpt")


async def travelled(
    session: Session, cars: Sequence[Offered], coupled: Callable[[Envelope], bytes]
) -> tuple[list[Offered], bool]:
    """Hands over `cars`, whose bytes `coupled` gives. Returns those that the server took no note
    of, and whether the session needs a RSET now."""
    going = await _journalled(cars)
    if not going:
        return [], False
    if await session.spoken_early("mail"):
        return list(going), False
    session.wire.write(b"RSET\r\n".join(coupled(car.envelope) for car in going))
    train = _Train(session)
    outcomes = [
        None if train.is_over() else await train.outcome(place) for place in range(len(going))
    ]
    for car, outcome in zip(going, outcomes, strict=True):
        if outcome is not None:
            car.settle(outcome)
    lost = [car for car, outcome in zip(going, outcomes, strict=True) if outcome is None]
    return lost, not isinstance(outcomes[-1], Accepted)


async def _journalled(cars: Sequence[Offered]) -> Sequence[Offered]:
    """Those whose dots may leave; the others are settled. They leave together: where the last
    answer took long, the first ones may be worth nothing any more, and all are asked anew."""
    loop, going, late = asyncio.get_running_loop(), cars, True
    while going and late:
        watch = Stopwatch(loop.time, since_boot)
        going = await _allowed(going)
        late = watch.seconds() > FRESH_SECONDS
    return going


async def _allowed(cars: Sequence[Offered]) -> Sequence[Offered]:
    answers = await asyncio.gather(*(car.journalled() for car in cars), return_exceptions=True)
    for car, answer in zip(cars, answers, strict=True):
        if isinstance(answer, BaseException):
            car.fail(answer)
        elif not answer:
            car.settle(Fenced())
    return [car for car, answer in zip(cars, answers, strict=True) if answer is True]


class _Train:
    """What the server says of messages that have left for it. Each reply gets the patience that the
    last one of a message has: giving up early makes doubles."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._goodbye = False

    def is_over(self) -> bool:
        """Whether the server has said that it does nothing more."""
        return self._goodbye

    async def outcome(self, place: int) -> Outcome | None:
        """What became of the message in that place; None: nothing, the server had gone away."""
        asked = _ASKED if place else _ASKED[1:]
        replies, silence = await self._replies(len(asked))
        said = dict(zip(asked, replies, strict=False))
        if "ehlo" in said and said["ehlo"].code // 100 != 2 and not self._goodbye:
            # A server that has read as commands what it should have skipped, with the message that
            # it refused: nothing more of it can be believed.
            return self._out_of_step(said["ehlo"])
        stopped = self._stopped(said)
        if isinstance(stopped, InDoubt):
            return stopped
        if "dot" in said:
            return self._ended(said["dot"], stopped)
        if stopped is None:
            return None if self._goodbye else self._session.in_doubt(silence)
        return None if died_idle(stopped) else stopped

    def _stopped(self, said: Mapping[Phase, RawReply]) -> Deferred | Refused | InDoubt | None:
        """The first refusal of what came before the chunk; None: there was none."""
        asked = [(phase, said[phase]) for phase in _BEFORE if phase in said]
        refused = next((one for one in asked if one[1].code // 100 != 2), None)
        if refused is None:
            return None
        phase, raw = refused
        return self._session.judged(raw, phase) if raw.code >= 400 else self._out_of_step(raw)

    def _ended(self, raw: RawReply, stopped: Deferred | Refused | None) -> Outcome:
        """The reply to LAST. What was refused cannot have been taken, unless the server says so."""
        if raw.code // 100 == 2 and not stopped:
            return Accepted(raw.reply(), self._session.route)
        if raw.code < 400:
            return self._out_of_step(raw)
        judged = self._session.judged(raw, "dot")
        return stopped or judged

    def _out_of_step(self, raw: RawReply) -> InDoubt:
        self._session.wire.abort()
        return self._session.in_doubt(f"answered {raw.code} out of turn")

    async def _replies(self, count: int) -> tuple[list[RawReply], str]:
        """So many, or up to the end; and what the end was."""
        replies: list[RawReply] = []
        while len(replies) < count and not self._goodbye:
            try:
                raw = await self._session.wire.reply(self._session.timeouts.dot)
            except WireFault as fault:
                return replies, str(fault)
            replies.append(raw)
            self._goodbye = raw.code == _CLOSING
        return replies, ""
