"""The outermost ring: whatever goes wrong inside leaves as a problem document or a plain page."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec
import structlog
from starlette.requests import ClientDisconnect

from twofifty import telemetry
from twofifty.errors import BadInput, ShopBusy, StoreError
from twofifty.web.body import Gone, Receive
from twofifty.web.problem import (
    CONTENT_TYPE,
    Trouble,
    document,
    encoded,
    from_bad_input,
    from_busy,
    from_store,
)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


_log = structlog.get_logger()


class Guard:
    """Wraps an ASGI app. `page(trouble)` draws an error for people, where a browser asks."""

    def __init__(
        self, app: App, incident: Callable[[], str], page: Callable[[Trouble], bytes]
    ) -> None:
        self._app = app
        self._incident = incident
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. After the response has begun, a fault can only be logged."""
        reply = _Reply(send)
        try:
            await self._app(scope, receive, reply)
        except (Gone, ClientDisconnect):
            return
        except Exception as fault:  # noqa: BLE001
            # The last place where a fault of any kind can still become an answer.
            trouble = self._explained(fault, scope)
            if not reply.started:
                await self._answer(trouble, scope, send)

    def _explained(self, fault: Exception, scope: Scope) -> Trouble:
        if isinstance(fault, Trouble):
            return fault
        if isinstance(fault, BadInput):
            return from_bad_input(fault)
        if isinstance(fault, ShopBusy):
            return from_busy(fault)
        if isinstance(fault, StoreError):
            _log.error("the store refused", action="http.store", reason=type(fault).__name__)
            return from_store(fault)
        return self._logged(fault, scope)

    def _logged(self, fault: Exception, scope: Scope) -> Trouble:
        incident = self._incident()
        _log.error(
            "a request failed",
            action="http.fault",
            incident=incident,
            method=scope["method"],
            fault=type(fault).__name__,
            where=telemetry.where(fault),
        )
        known = document("fault", "The log knows more under this incident.")
        return Trouble(msgspec.structs.replace(known, incident=incident))

    async def _answer(self, trouble: Trouble, scope: Scope, send: Send) -> None:
        page = wants_page(scope)
        body = self._page(trouble) if page else encoded(trouble.document)
        kind = "text/html; charset=utf-8" if page else CONTENT_TYPE
        headers = [
            ("content-type", kind),
            ("content-length", str(len(body))),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            *trouble.headers,
        ]
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        status = trouble.document.status
        await send({"type": "http.response.start", "status": status, "headers": raw})
        head = scope["method"] == "HEAD"
        await send({"type": "http.response.body", "body": b"" if head else body})


class _Reply:
    """A `send` that remembers whether the response has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        self.started = True
        await self._send(message)


def wants_page(scope: Scope) -> bool:
    """Whether a person's browser asked, and not for the API."""
    path: str = scope["path"]
    if path.startswith(("/v1/", "/hooks/", "/events/")):
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
