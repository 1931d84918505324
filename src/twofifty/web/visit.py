"""One request that is not hot, as its handler sees it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from twofifty.web.body import read_body
from twofifty.web.parameters import read_parameters
from twofifty.web.services import Services

Q = TypeVar("Q")


@dataclass(frozen=True, slots=True)
class Visit:
    """`actor` goes on record for what is done: `key:NAME` or `console:NAME`; '' is nobody."""

    services: Services
    request: Request
    actor: str = ""

    def path(self, name: str) -> str:
        """A path parameter, percent-decoded once: `#`, `/` and spaces are themselves again."""
        return unquote(self.request.path_params[name], errors="replace")

    def query(self, kind: type[Q]) -> Q:
        """The query string as a `kind`. Raises Trouble 400 that names what is allowed."""
        return read_parameters(self.request.query_params.multi_items(), kind)

    async def body(self) -> bytes:
        """The request's body, at most 1 MiB."""
        return await read_body(self.request.scope["headers"], self.request.receive)


Handler = Callable[[Visit], Awaitable[Response]]
