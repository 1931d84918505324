"""The three endpoints that take orders in, as plain ASGI: the path where every microsecond counts.

Errors leave as exceptions; `guard` makes problem documents of them.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

from twofifty.intake.ports import Hook
from twofifty.web.body import Gone, Receive, read_body
from twofifty.web.keys import presented
from twofifty.web.problem import trouble
from twofifty.web.services import Answer, Services

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Endpoint = Callable[[Scope, Receive], Awaitable[Answer]]

HOOKS = "/hooks/"


class HotDoor:
    """`POST /hooks/{source}`, `POST /v1/orders`, `POST /v1/events`."""

    def __init__(self, services: Services) -> None:
        self._intake = services.intake
        self._allows = services.keys.allows
        self._base_url = services.facts.base_url
        self._fixed: dict[str, Endpoint] = {"/v1/orders": self._order, "/v1/events": self._event}

    def endpoint(self, scope: Scope) -> Endpoint | None:
        """Who answers this request, or None: it is not one of the three."""
        if scope["method"] != "POST":
            return None
        path: str = scope["path"]
        if path.startswith(HOOKS):
            return self._hook
        return self._fixed.get(path)

    async def answer(self, endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs `endpoint` and sends what it says."""
        try:
            answer = await endpoint(scope, receive)
        except Gone:
            return
        await send_answer(answer, send)

    async def _hook(self, scope: Scope, receive: Receive) -> Answer:
        body = await read_body(scope["headers"], receive)
        return await self._intake.hook(_source(scope), hook_of(scope, body, self._base_url))

    async def _order(self, scope: Scope, receive: Receive) -> Answer:
        headers = scope["headers"]
        self._authenticated(headers)
        body = await read_body(headers, receive)
        return await self._intake.order(body, _idempotency_key(headers))

    async def _event(self, scope: Scope, receive: Receive) -> Answer:
        headers = scope["headers"]
        self._authenticated(headers)
        body = await read_body(headers, receive)
        return await self._intake.event(body, _idempotency_key(headers))

    def _authenticated(self, headers: list[tuple[bytes, bytes]]) -> None:
        if self._allows(presented(headers)) is None:
            raise trouble("unauthorized", "Send the API key as `Authorization: Bearer KEY`.")


def hook_of(scope: Scope, body: bytes, base_url: str) -> Hook:
    """A request as a signature is checked over it."""
    named: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name, text = raw.decode("latin-1"), value.decode("latin-1")
        # A name that comes twice is one list (RFC 9110 5.3), as signatures in rotation do.
        named[name] = f"{named[name]}, {text}" if name in named else text
    return Hook(named, body, _url(scope, base_url))


def _url(scope: Scope, base_url: str) -> str:
    """Where the shop sent it, as the shop knows the address: some sign that too."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    return f"{base_url}{(raw + b'?' + query if query else raw).decode('latin-1')}"


async def send_answer(answer: Answer, send: Send) -> None:
    """The answer, with no header more than it needs."""
    headers = [
        (b"content-type", answer.content_type.encode("latin-1")),
        (b"content-length", b"%d" % len(answer.body)),
        (b"x-content-type-options", b"nosniff"),
    ]
    if answer.retry_after is not None:
        headers.append((b"retry-after", b"%d" % answer.retry_after))
    if answer.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="twofifty"'))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _source(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return unquote(raw.decode("latin-1").removeprefix(HOOKS), errors="replace")


def _idempotency_key(headers: list[tuple[bytes, bytes]]) -> str | None:
    """The caller's `Idempotency-Key`; 1 to 200 visible characters, else Trouble 400."""
    for name, value in headers:
        if name == b"idempotency-key":
            key = value.decode("latin-1").strip()
            if not key or len(key) > 200 or not key.isprintable():
                raise trouble("bad-parameter", "Idempotency-Key: 1 to 200 printable characters.")
            return key
    return None
