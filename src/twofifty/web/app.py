"""The ASGI app: a lean dispatcher outside, Starlette's router within.

guard -> hot door   POST /hooks/{source}, /v1/orders, /v1/events
      -> router     the API's table, the console's table, 404
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from starlette.routing import Route, Router

from twofifty.web.admission import ADMIT
from twofifty.web.body import Receive
from twofifty.web.console.table import PAGES, Page
from twofifty.web.guard import Guard
from twofifty.web.hot import HotDoor
from twofifty.web.operation import Operation
from twofifty.web.page import error_page
from twofifty.web.problem import trouble
from twofifty.web.routes import OPERATIONS
from twofifty.web.services import Services
from twofifty.web.switch import Admit, Switch
from twofifty.web.visit import Handler

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def web_app(services: Services) -> App:
    """Everything that answers HTTP."""
    routes = [*_api(services, OPERATIONS), *_console(services, PAGES)]
    dispatch = Dispatch(HotDoor(services), Router(routes, redirect_slashes=False, default=_nothing))
    guarded = Guard(dispatch, services.incident, error_page)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await guarded(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    return app


class Dispatch:
    """Hot requests to the hot door, all others to the router with the path still encoded: an id
    may contain `/` as `%2F`."""

    def __init__(self, hot: HotDoor, router: App) -> None:
        self._hot = hot
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        endpoint = self._hot.endpoint(scope)
        if endpoint is not None:
            await self._hot.answer(endpoint, scope, receive, send)
            return
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        await self._router({**scope, "path": raw.decode("latin-1")}, receive, send)


def _api(services: Services, operations: Iterable[Operation]) -> list[Route]:
    methods: dict[str, dict[str, tuple[Admit, Handler]]] = {}
    hot: dict[str, tuple[str, ...]] = {}
    for operation in operations:
        entry = methods.setdefault(operation.path, {})
        if operation.handler is None:
            hot[operation.path] = (operation.method,)
        else:
            entry[operation.method] = (ADMIT[operation.auth], operation.handler)
    return [
        Route(path, Switch(services, entry, hot.get(path, ()))) for path, entry in methods.items()
    ]


def _console(services: Services, pages: Iterable[Page]) -> list[Route]:
    methods: dict[str, dict[str, tuple[Admit, Handler]]] = {}
    for page in pages:
        methods.setdefault(page.path, {})[page.method] = (page.admit, page.handler)
    return [Route(path, Switch(services, entry)) for path, entry in methods.items()]


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise trouble("not-found", "See /docs for what there is.")


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
