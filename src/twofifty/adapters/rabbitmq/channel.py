"""One channel of a connection: questions and their answers, in order, and news in between."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from pamqp import base, commands

from twofifty.adapters.rabbitmq import wire
from twofifty.errors import BrokerError

ANSWER_SECONDS = 15.0

News = wire.Ack | wire.Delivery | wire.Back | commands.Basic.Cancel
"""What comes unasked."""


class Line(Protocol):
    """What a channel writes to."""

    def write(self, data: bytes) -> None:
        """Sends bytes, in the end."""
        ...

    async def writable(self) -> None:
        """Returns once there is room for more."""
        ...


def _nothing(news: News) -> None:
    """Nobody wants it."""


class Channel:
    """A channel. `heard` is told what comes unasked; a fault closes the channel for good, then
    `fault` says it."""

    def __init__(self, number: int, line: Line) -> None:
        self.number = number
        self.line = line
        self.heard: Callable[[News], None] = _nothing
        self.failed: Callable[[], None] = lambda: None
        self.fault = ""
        self.code = 0
        self._waiting: deque[asyncio.Future[wire.Event]] = deque()

    async def ask(self, said: base.Frame) -> wire.Event:
        """Says something that is answered; the answer. Raises BrokerError."""
        return await self.asked(wire.method(self.number, said))

    async def asked(self, data: bytes) -> wire.Event:
        """As `ask`, of what is written already."""
        self.check()
        answer: asyncio.Future[wire.Event] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self.line.write(data)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            self.fail(0, f"no answer within {ANSWER_SECONDS:.0f} s")
            raise BrokerError(self.fault) from None

    def check(self) -> None:
        """Raises BrokerError where it is closed."""
        if self.fault:
            raise BrokerError(self.fault)

    def take(self, event: wire.Event) -> None:
        """Something came for it."""
        if isinstance(event, commands.Channel.Close):
            self.line.write(wire.method(self.number, commands.Channel.CloseOk()))
            self.fail(event.reply_code or 0, event.reply_text or "it closed the channel")
        elif isinstance(event, wire.Ack | wire.Delivery | wire.Back | commands.Basic.Cancel):
            self.heard(event)
        elif self._waiting:
            self._answer(event)

    def fail(self, code: int, said: str) -> None:
        """Nothing goes through it any more, for this reason."""
        if self.fault:
            return
        self.code, self.fault = code, said
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(BrokerError(said))
        self._waiting.clear()
        self.failed()

    def _answer(self, event: wire.Event) -> None:
        waiting = self._waiting.popleft()
        if not waiting.done():
            waiting.set_result(event)
