"""Amazon SQS as a carrier: `queue.carrier.Carrier`."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from twofifty.adapters.sqs import answers, graves, topology
from twofifty.adapters.sqs.faults import NoQueue
from twofifty.adapters.sqs.held import Held, Kept
from twofifty.adapters.sqs.letters import in_groups, letters, ticket_of
from twofifty.adapters.sqs.line import ANSWER_SECONDS, Line
from twofifty.adapters.sqs.place import parse_place
from twofifty.adapters.sqs.polls import Fresh, Polls, Question
from twofifty.adapters.sqs.replies import Message, Messages
from twofifty.adapters.sqs.topology import Queues
from twofifty.errors import BrokerError
from twofifty.queue.carrier import CarrierState, Handed, Ticket

_BEATS: Final = 3
"""How often a ticket is seen to in the time that it stays hidden."""


def _drawn() -> str:
    return secrets.token_hex(12)


class SqsCarrier:
    """The queues that `url` names (see `place`); raises SettingsError where it names none. `ids`
    draws words that never come twice: by them a FIFO queue knows what is sent or asked again for
    want of an answer."""

    def __init__(self, url: str, ids: Callable[[], str] = _drawn) -> None:
        self._place = parse_place(url)
        self._hidden = self._place.options.visibility
        self._ids = ids
        self._line = Line(self._place)
        self._queues: Queues | None = None
        self._looking = asyncio.Lock()
        self._held = Held()
        self._polls = Polls(self._asked, self._place.options.wait, self._hidden / _BEATS)
        self._beating: asyncio.Task[None] | None = None

    async def publish(self, tickets: Sequence[Ticket]) -> Sequence[int]:
        """See `queue.carrier.Carrier`."""
        if not tickets:
            return []
        with self._noticing():
            queues = await self._found()
            sent = letters(tickets, queues)
            if self._place.fifo:
                sent = in_groups(sent, self._place.options.groups, self._ids())
            return [letter.job for letter in await answers.send(self._line, sent, queues.limit)]

    async def take(self, most: int, seconds: float) -> Sequence[Handed]:
        """See `queue.carrier.Carrier`."""
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat())
        came = await self._polls.take(most, seconds)
        return [Handed(one.ticket, self._held.hold(one.kept), one.times) for one in came]

    async def done(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        with self._noticing():
            await answers.forget(self._line, self._answered(handed))

    async def back(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        with self._noticing():
            await answers.show(self._line, _still_ours(self._answered(handed)))

    async def refuse(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        kept = self._answered(handed)
        with self._noticing():
            await graves.bury(self._line, await self._found(), kept)

    async def state(self) -> CarrierState:
        """See `queue.carrier.Carrier`."""
        try:
            with self._noticing():
                return await topology.state(self._line, await self._found())
        except BrokerError as fault:
            return CarrierState(connected=False, said=str(fault))

    async def dead(self, most: int) -> Sequence[Handed]:
        """See `queue.carrier.Carrier`. A letter that is no ticket has the job 0."""
        with self._noticing():
            return await graves.seen(self._line, (await self._found()).dead, most)

    async def clear_dead(self) -> None:
        """See `queue.carrier.Carrier`."""
        with self._noticing():
            await graves.clear(self._line, (await self._found()).dead)

    async def close(self) -> None:
        """See `queue.carrier.Carrier`. Waits for questions that are still open: what SQS answers
        to nobody stays hidden for a while."""
        left = await self._polls.end(self._place.options.wait + ANSWER_SECONDS)
        if self._beating is not None:
            self._beating.cancel()
        ours = _still_ours([*left, *self._held.let_all_go()])
        with contextlib.suppress(BrokerError):  # then they come back when their time is over
            await answers.show(self._line, ours)
        await self._line.close()

    async def _found(self) -> Queues:
        async with self._looking:
            if self._queues is None:
                self._queues = await topology.found(self._line, self._place)
            return self._queues

    @contextlib.contextmanager
    def _noticing(self) -> Iterator[None]:
        """A queue that is gone is looked for, or made, the next time."""
        try:
            yield
        except NoQueue:
            self._queues = None
            raise

    def _answered(self, handed: Sequence[Handed]) -> list[Kept]:
        return self._held.let_go(one.tag for one in handed)

    async def _asked(self, question: Question) -> list[Fresh]:
        """One ReceiveMessage. What is no ticket is put aside among the dead letters."""
        with self._noticing():
            queues = await self._found()
            queue = queues.urgent if question.urgent else queues.later
            answer = await self._line.ask(
                "receive_message",
                Messages,
                patient=True,
                QueueUrl=queue,
                MaxNumberOfMessages=question.most,
                WaitTimeSeconds=question.seconds,
                VisibilityTimeout=self._hidden,
                AttributeNames=["ApproximateReceiveCount"],
                **({"ReceiveRequestAttemptId": self._ids()} if self._place.fifo else {}),
            )
            until = _now() + self._hidden
            came = [_fresh(queue, message, until) for message in answer.Messages]
            await self._bury_unread([one for one in came if isinstance(one, Kept)], queues)
            return [one for one in came if isinstance(one, Fresh)]

    async def _bury_unread(self, unread: Sequence[Kept], queues: Queues) -> None:
        with contextlib.suppress(BrokerError):  # it comes again, and is tried again
            await graves.bury(self._line, queues, unread)

    async def _beat(self) -> None:
        """Keeps hidden what is held. Where that fails, others get it, which does no harm."""
        while True:
            await asyncio.sleep(self._hidden / _BEATS)
            now = _now()
            fading = self._held.fading(now, self._hidden * (_BEATS - 1) / _BEATS)
            with contextlib.suppress(BrokerError):  # tried again at the next beat
                await answers.hide(self._line, fading, self._hidden, now)


def _fresh(queue: str, message: Message, until: float) -> Fresh | Kept:
    """A ticket that came, or what is none."""
    kept = Kept(queue, message.ReceiptHandle, message.MessageId, message.Body, until)
    ticket = ticket_of(message.Body)
    if ticket is None:
        return kept
    return Fresh(ticket, kept, max(message.number("ApproximateReceiveCount"), 1))


def _still_ours(kept: Sequence[Kept]) -> list[Kept]:
    """Without what somebody else may have by now."""
    now = _now()
    return [one for one in kept if one.until > now]


def _now() -> float:
    return asyncio.get_running_loop().time()
