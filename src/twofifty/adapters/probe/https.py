"""Small documents and dates over HTTPS."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import msgspec

SECONDS = 5.0
LONGEST = 65_536


class Fetched(msgspec.Struct, frozen=True):
    """A document, or `fault`: why there is none, in words; `reached`: the server said so itself."""

    text: str = ""
    fault: str = ""
    reached: bool = True


class Web:
    """Verifies certificates, follows no redirect (RFC 8461 3.3 forbids it), takes 64 KiB at most,
    and has five seconds for everything."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._client = httpx2.AsyncClient(timeout=seconds, follow_redirects=False)

    async def document(self, url: str) -> Fetched:
        """A plain text (`text/plain`)."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._document(url)
        except TimeoutError:
            return Fetched(fault="no answer in time", reached=False)
        except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
            return Fetched(fault=f"no answer ({type(fault).__name__})", reached=False)

    async def date(self, url: str) -> datetime | None:
        """The time that the host of `url` says; None: it cannot be had."""
        try:
            async with asyncio.timeout(self._seconds):
                reply = await self._client.head(url)
        except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL):
            return None
        return read_date(reply.headers.get("date", ""))

    async def close(self) -> None:
        """Ends kept connections."""
        await self._client.aclose()

    async def _document(self, url: str) -> Fetched:
        async with self._client.stream("GET", url) as reply:
            if reply.status_code != 200:
                return Fetched(fault=f"the server answers {reply.status_code}")
            kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "text/plain":
                return Fetched(fault=f"the server calls it {kind or 'nothing'}, not text/plain")
            body = bytearray()
            async for part in reply.aiter_bytes():
                body += part
                if len(body) > LONGEST:
                    return Fetched(fault=f"it is longer than {LONGEST:,} bytes")
        return Fetched(body.decode("utf-8", "replace"))


def read_date(text: str) -> datetime | None:
    """A `Date` header (RFC 9110 5.6.7) as an aware time."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
