"""Access tokens of a service account: fetched when they are needed, kept while they are good."""

import asyncio
from typing import Final

import msgspec

from twofifty.adapters.fcm.account import Account
from twofifty.adapters.mail_api.body import decoded
from twofifty.adapters.mail_api.line import ApiLine
from twofifty.clock import Clock

_EARLY: Final = 120.0
_SECONDS: Final = 10.0


class _Reply(msgspec.Struct):
    access_token: str = ""
    expires_in: float = 0.0


class Tokens:
    """One fetch at a time, whoever waits."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._line = ApiLine("oauth", seconds=_SECONDS, connections=1)
        self._lock = asyncio.Lock()
        self._token = ""
        self._until = 0.0

    async def token(self) -> str | None:
        """A token that is good for a while; None where none is to be had now."""
        async with self._lock:
            if self._clock.seconds() >= self._until:
                await self._fetch()
            return self._token or None

    def forget(self) -> None:
        """The one at hand was refused."""
        self._until = 0.0

    async def close(self) -> None:
        """Ends kept connections."""
        await self._line.close()

    async def _fetch(self) -> None:
        now = self._clock.seconds()
        answer = await self._line.ask(self._account.question(now))
        reply = decoded(answer.body, _Reply) if answer and answer.status == 200 else None
        self._token = reply.access_token if reply else ""
        self._until = now + reply.expires_in - _EARLY if reply and self._token else 0.0
