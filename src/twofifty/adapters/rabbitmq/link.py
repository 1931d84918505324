"""Connected, and connected again: at once the first time, then after growing, jittered pauses."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from twofifty.adapters.rabbitmq.address import Address
from twofifty.adapters.rabbitmq.connection import Connection, opened
from twofifty.errors import BrokerError

PAUSES = (0.0, 0.1, 0.3, 0.7, 1.5, 3.0)


class Session(Protocol):
    """What is done over one connection while it lasts."""

    @property
    def fault(self) -> str:
        """Why it ended, empty while it works."""
        ...

    async def close(self) -> None:
        """Ends it politely."""
        ...


S = TypeVar("S", bound=Session)
Make = Callable[[Connection, int], Awaitable[S]]
"""Begins a session over a new connection, the first one with number 1. Raises BrokerError."""


class Link(Generic[S]):
    """One session at a time, begun by `make` when it is asked for. The hosts of `address` are
    tried in turn, from any of them on."""

    def __init__(self, address: Address, make: Make[S], chance: random.Random) -> None:
        self._address = address
        self._make = make
        self._chance = chance
        self._turn = asyncio.Lock()
        self._session: S | None = None
        self._begun = 0
        self._failed = 0
        self._not_before = 0.0
        self._said = "not connected yet"
        self._closed = False

    async def session(self, seconds: float = 0.0) -> S:
        """The session that works, begun where there is none. Tries for `seconds`, once at least
        where the pause is over. Raises BrokerError."""
        until = _now() + seconds
        while True:
            async with self._turn:
                if self._session is not None and not self._session.fault:
                    return self._session
                if self._not_before <= _now() and (begun := await self._try()) is not None:
                    return begun
            if self._closed or self._not_before > until:
                raise BrokerError(self._said)
            await asyncio.sleep(max(self._not_before - _now(), 0.0))

    @property
    def current(self) -> S | None:
        """The session that works, if there is one."""
        session = self._session
        return None if session is None or session.fault else session

    async def close(self) -> None:
        """Ends it for good."""
        self._closed, self._said, self._not_before = True, "closed", float("inf")
        if self._session is not None:
            await self._session.close()

    async def _try(self) -> S | None:
        """A new session, or None and a pause."""
        hosts = self._address.hosts
        first = self._chance.randrange(len(hosts))
        for host in hosts[first:] + hosts[:first]:
            try:
                self._session = await self._begin(host)
            except BrokerError as fault:
                self._said = str(fault)
            else:
                self._failed = 0
                return self._session
        self._failed += 1
        pause = PAUSES[min(self._failed, len(PAUSES) - 1)]
        self._not_before = _now() + pause * self._chance.uniform(0.5, 1.0)
        return None

    async def _begin(self, host: tuple[str, int]) -> S:
        connection = await opened(self._address, host)
        self._begun += 1
        try:
            return await self._make(connection, self._begun)
        except BrokerError:
            connection.end("not as it should be")
            raise


def _now() -> float:
    return asyncio.get_running_loop().time()
