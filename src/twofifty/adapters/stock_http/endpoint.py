"""Asks an endpoint: POST with every line, or GET for each SKU where its URL holds `{sku}`."""

import asyncio
import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec

from twofifty.adapters.stock_http.shape import Shape
from twofifty.errors import SettingsError, ShopBusy, ShopError
from twofifty.flow.ask import Line
from twofifty.flow.stock import Level, Question
from twofifty.intake.shop import Ask, Reply, bearer

LONGEST: Final = 1024 * 1024
_GETS_AT_ONCE: Final = 8
_SKU: Final = "{sku}"
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


class Endpoint(msgspec.Struct, frozen=True):
    """Where and how is asked."""

    url: str
    headers: Mapping[str, str]
    shape: Shape


class HttpShelf:
    """Implements `flow.stock.Shelf`. `line` bounds size and time, and follows no redirect."""

    def __init__(self, endpoint: Endpoint, line: Line) -> None:
        self._endpoint = endpoint
        self._line = line
        self._turn = asyncio.Semaphore(_GETS_AT_ONCE)

    async def ask(self, question: Question) -> Mapping[str, Level]:
        """See `flow.stock.Shelf.ask`."""
        if _SKU in self._endpoint.url:
            return await self._each(question)
        reply = await self._line.send(
            Ask(
                self._endpoint.url,
                "POST",
                {**self._endpoint.headers, "content-type": "application/json"},
                _ENCODER.encode(question),
            )
        )
        return self._endpoint.shape.levels(_body(reply), question.lines)

    async def close(self) -> None:
        """See `flow.stock.Shelf.close`."""
        await self._line.close()

    async def _each(self, question: Question) -> dict[str, Level]:
        skus = sorted({item.sku for item in question.lines if item.sku})
        answers = await asyncio.gather(*(self._one(sku) for sku in skus))
        levels = dict(zip(skus, answers, strict=True))
        found = {item.id: levels.get(item.sku or "") for item in question.lines}
        return {identity: level for identity, level in found.items() if level is not None}

    async def _one(self, sku: str) -> Level | None:
        url = self._endpoint.url.replace(_SKU, quote(sku, safe=""))
        async with self._turn:
            reply = await self._line.send(Ask(url, "GET", self._endpoint.headers))
        return None if reply.status == 404 else self._endpoint.shape.single(_body(reply))


def headers(key: str, header: str) -> dict[str, str]:
    """The secret as RFC 6750 says, or as it is in a header of its own. Raises SettingsError."""
    if header and not _HEADER.fullmatch(header):
        raise SettingsError(f"stock_header: {header!r} is no name of a header")
    if key != key.strip() or not all(32 <= ord(sign) < 127 for sign in key):
        raise SettingsError("stock_key: holds a character that no header can carry")
    if header and not key:
        raise SettingsError("stock_header: needs a stock_key")
    if not key:
        return {}
    return {header.lower(): key} if header else bearer(key)


def check_url(url: str) -> str:
    """`url`, where questions may go there: by TLS, or not off the machine. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise SettingsError("stock_url: is no URL") from None
    if parts.scheme not in ("https", "http") or not host or parts.username is not None:
        raise SettingsError("stock_url: write https://shop.example.com/stock, secrets in stock_key")
    if parts.scheme == "http" and not _is_loopback(host):
        raise SettingsError("stock_url: must begin with https:// outside this machine")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _body(reply: Reply) -> bytes:
    """Raises ShopBusy, ShopError."""
    status = reply.status
    if status == 200:
        return reply.body
    if 300 <= status < 400:
        raise ShopError(f"stock_url redirects ({status}): write its final address")
    if status in (401, 403):
        raise ShopError(f"stock_url refuses the key ({status})")
    if status >= 500 or status == 429:
        raise ShopBusy(f"stock_url answers {status}")
    raise ShopError(f"stock_url answers {status}")
