"""Access tokens for XOAUTH2 and OAUTHBEARER: given once, or fetched and kept (RFC 6749 6, 4.4).

A token is a password for an hour. None of it, nor of what it is bought with, is in any reason.
"""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Protocol

import httpx2
import msgspec

from twofifty.adapters.smtp.route import TokenTerms

SECONDS = 20.0
"""How long the token service may take."""

EARLY = 60.0
"""A token is renewed so many seconds before it ends."""

LASTS = 300.0
"""How long a token is kept of which nothing is said."""

_LONGEST_ANSWER = 65_536
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")  # RFC 6750 2.1
_ERROR = re.compile(r"[a-z_]{1,40}")


class TokenFault(Exception):
    """No token is to be had. The message says why, as the end of a sentence."""


class Tokens(Protocol):
    """Where access tokens come from."""

    async def token(self, refused: str = "") -> str:
        """One that should do: not `refused`, where another can be had. Raises TokenFault."""
        ...


class GivenToken:
    """The one that stands in the settings."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self, refused: str = "") -> str:
        """Always the same."""
        return self._token


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float | None = None
    refresh_token: str | None = None


class _Denied(msgspec.Struct):
    error: str = ""


class FetchedTokens:
    """Fetches one at a time, whoever asks, and keeps it until shortly before its end. `clock` is
    monotonic seconds."""

    def __init__(
        self,
        terms: TokenTerms,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS,
    ) -> None:
        self._terms = terms
        self._refresh = terms.refresh
        self._clock = clock
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._token = ""
        self._until = float("-inf")

    async def token(self, refused: str = "") -> str:
        """See `Tokens`."""
        async with self._turn:
            if self._token in ("", refused) or self._clock() >= self._until:
                self._keep(await self._fetched())
            return self._token

    def _keep(self, granted: _Granted) -> None:
        lasts = LASTS if granted.expires_in is None else granted.expires_in
        self._token = granted.access_token
        self._until = self._clock() + max(lasts - EARLY, lasts / 2)
        self._refresh = granted.refresh_token or self._refresh

    async def _fetched(self) -> _Granted:
        try:
            async with asyncio.timeout(self._seconds):
                status, body = await self._posted()
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as fault:
            raise TokenFault(f"the token service gave no answer ({type(fault).__name__})") from None
        if status != 200:
            raise TokenFault(f"the token service answered {status}{_error(body)}")
        return _granted(body)

    async def _posted(self) -> tuple[int, bytes]:
        async with (
            httpx2.AsyncClient(timeout=self._seconds, follow_redirects=False) as client,
            client.stream("POST", self._terms.url, data=self._form()) as answer,
        ):
            body = b""
            async for part in answer.aiter_bytes(4_096):
                body += part
                if len(body) > _LONGEST_ANSWER:
                    raise TokenFault("the token service did not stop talking")
            return answer.status_code, body

    def _form(self) -> dict[str, str]:
        grant = "refresh_token" if self._refresh else "client_credentials"
        fields = {
            "grant_type": grant,
            "refresh_token": self._refresh,
            "client_id": self._terms.client,
            "client_secret": self._terms.secret,
            "scope": self._terms.scope,
        }
        return {name: value for name, value in fields.items() if value}


def _granted(body: bytes) -> _Granted:
    try:
        granted = msgspec.json.decode(body, type=_Granted, strict=False)
    except msgspec.DecodeError:
        raise TokenFault("the token service gave no token") from None
    if not _TOKEN.fullmatch(granted.access_token):
        raise TokenFault("the token service gave something that is no token")
    return granted


def _error(body: bytes) -> str:
    """The service's own word (RFC 6749 5.2), where it is one."""
    try:
        word = msgspec.json.decode(body, type=_Denied).error
    except msgspec.DecodeError:
        return ""
    return f" {word}" if _ERROR.fullmatch(word) else ""
