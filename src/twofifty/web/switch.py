"""From a table of handlers to Starlette's routes: methods, 405, OPTIONS, authentication."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from twofifty.web.body import Receive
from twofifty.web.problem import Trouble, document
from twofifty.web.services import Services
from twofifty.web.visit import Handler, Visit

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Admit = Callable[[Services, Request], str]
"""Who asks, as it goes on record. Raises Trouble 401 or 403."""


class Switch:
    """The ASGI endpoint of one path: method -> (who may, what runs). `elsewhere`: methods of this
    path that others answer, named in `Allow`."""

    def __init__(
        self,
        services: Services,
        methods: Mapping[str, tuple[Admit, Handler]],
        elsewhere: tuple[str, ...] = (),
    ) -> None:
        self._services = services
        self._methods = methods
        head = ("HEAD",) if "GET" in methods else ()
        self._allow = ", ".join(sorted({*methods, *elsewhere, *head, "OPTIONS"}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; a HEAD is a GET whose body stays here."""
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        response = await self._response(method, Request(scope, receive))
        await response(scope, receive, send if method == scope["method"] else _without_body(send))

    async def _response(self, method: str, request: Request) -> Response:
        if method == "OPTIONS":
            return Response(status_code=204, headers={"allow": self._allow})
        if method not in self._methods:
            detail = f"Allowed here: {self._allow}."
            raise Trouble(document("method-not-allowed", detail), (("allow", self._allow),))
        admit, handler = self._methods[method]
        actor = admit(self._services, request)
        return await handler(Visit(self._services, request, actor))


def _without_body(send: Send) -> Send:
    async def headers_only(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only
