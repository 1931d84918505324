"""Asks a next hop what became of a message: the `lookup` option of `SMTP_URL`. Over HTTP here; the
log of an own relay in `relay_log`."""

import asyncio
from pathlib import Path
from urllib.parse import quote

import httpx2
import msgspec

from twofifty.adapters.smtp.relay_log import RelayLog
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.clock import Clock
from twofifty.deliver.ports import Lookup

_LONGEST_ANSWER = 4_096


class _Answer(msgspec.Struct):
    accepted: bool


class HttpLookup:
    """Implements `deliver.ports.Lookup`. `url` holds `{message_id}` once or more.

    GET; 200 with `{"accepted": true}` or `{"accepted": false}` is an answer. Anything else (another
    status, a redirect, a long, late or broken body) means not known yet.
    """

    def __init__(self, url: str, *, seconds: float = 10.0) -> None:
        self._url = url
        self._seconds = seconds
        self._client = httpx2.AsyncClient(timeout=seconds, follow_redirects=False)

    async def accepted(self, message_id: str) -> bool | None:
        """`message_id` is the Message-ID header's value (RFC 5322 3.6.4) without angle brackets; it
        is percent-encoded here."""
        url = self._url.replace("{message_id}", quote(message_id, safe=""))
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._body(url)
            return None if body is None else msgspec.json.decode(body, type=_Answer).accepted
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, msgspec.DecodeError):
            return None

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        await self._client.aclose()

    async def _body(self, url: str) -> bytes | None:
        """The body of a 200 of bounded length."""
        async with self._client.stream("GET", url) as response:
            body = b""
            async for chunk in response.aiter_bytes(_LONGEST_ANSWER):
                body += chunk
                if len(body) > _LONGEST_ANSWER or response.status_code != 200:
                    return None
            return body if response.status_code == 200 else None


def lookup_of(route: SmtpRoute, clock: Clock) -> Lookup | None:
    """How `route` is asked; None where it cannot be."""
    if route.lookup.startswith("log:"):
        return RelayLog(Path(route.lookup.removeprefix("log:")), route.settle, clock)
    return HttpLookup(route.lookup) if route.lookup else None
