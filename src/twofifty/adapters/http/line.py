"""One way to a shop: requests out, bounded replies in."""

import asyncio

import httpx2

from twofifty.errors import ShopBusy, ShopError
from twofifty.intake.shop import Ask, Reply

LONGEST = 16 * 1024 * 1024
SECONDS = 30.0


class HttpLine:
    """Implements `flow.ask.Line`. Follows no redirect: a key is for the host that it was given for.

    `seconds` bounds a whole exchange, however slowly its bytes come; `longest` the reply's bytes.
    """

    def __init__(self, *, seconds: float = SECONDS, longest: int = LONGEST) -> None:
        self._seconds = seconds
        self._longest = longest
        timeout = httpx2.Timeout(seconds, connect=min(seconds, 10.0))
        self._client = httpx2.AsyncClient(timeout=timeout, follow_redirects=False)

    async def send(self, ask: Ask) -> Reply:
        """See `flow.ask.Line.send`."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(ask)
        except TimeoutError:
            raise ShopBusy(f"the shop did not answer within {self._seconds:g} s") from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            raise ShopError("the address to ask is none, or too long; check api_url") from None
        except httpx2.HTTPError as fault:
            raise ShopBusy(f"the shop cannot be reached: {type(fault).__name__}") from None

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        await self._client.aclose()

    async def _exchange(self, ask: Ask) -> Reply:
        headers = {"accept": "application/json", "user-agent": "twofifty", **ask.headers}
        request = self._client.build_request(
            ask.method, ask.url, headers=headers, content=ask.body or None
        )
        response = await self._client.send(request, stream=True)
        try:
            return Reply(
                response.status_code, _named(response.headers), await self._bounded(response)
            )
        finally:
            await response.aclose()

    async def _bounded(self, response: httpx2.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > self._longest:
                raise ShopError(f"the shop answers more than {self._longest // 1_048_576} MiB")
            parts.append(part)
        return b"".join(parts)


def _named(headers: httpx2.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
