"""What we use of asyncpg, typed: a connection, its prepared statements, and how one is opened."""

import socket
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import asyncpg

from twofifty.adapters.postgresql.url import Target

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 30.0
"""How long one statement may take, the locks that it waits for among it."""
IDLE_SECONDS = 5
"""After how long the server ends a transaction that nobody goes on with: a process that was frozen
or cut off in the middle must not keep its locks. Less than the nine seconds that are left to the
lease of a worker that lives and waits for them."""
LOCK_SECONDS = 2
"""How long one waits for a lock before it asks again. Less than `IDLE_SECONDS`: who was frozen
while it waited must not be given it once it is free, and hold up all others for as long again."""
SILENT_SECONDS = 6
"""After how long a line that says nothing at all, not even that it has heard us, is given up at
either end. A statement that takes long is no such line; a host that was cut off is, and without
this the intake there would wait for the end of `STATEMENT_SECONDS`, and for as long again."""
_ASKED_AFTER = 3
_ASKED_EVERY = 1

SESSION = {
    "application_name": "twofifty",
    "jit": "off",
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
}
"""What every connection of ours has."""
_LINE = {
    "tcp_user_timeout": f"{SILENT_SECONDS}s",
    "tcp_keepalives_idle": f"{_ASKED_AFTER}s",
    "tcp_keepalives_interval": f"{_ASKED_EVERY}s",
}
"""For the server's end of a line; a pooler's end is its own affair."""
INDEXED = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_material": "off",
    "enable_bitmapscan": "off",
}
"""What a writer asks goes by an index, whatever the statistics of a young table say: each statement
is planned once for all values, and stays as fast as history grows. What is taken from the front of
a backlog is read in the order of its index, for it cannot be gathered first (a bitmap)."""

WRITING = INDEXED | {"lock_timeout": f"{LOCK_SECONDS}s"}
"""What a writer's connections have besides."""


class Parameter(Protocol):
    """A value's type."""

    @property
    def name(self) -> str:
        """As the server calls it."""
        ...


class Prepared(Protocol):
    """A statement that the server has parsed."""

    async def fetch(self, *values: Any) -> list[Any]:
        """All rows of it."""
        ...

    def get_parameters(self) -> Sequence[Parameter]:
        """The types of its values."""
        ...


class Connection(Protocol):
    """A connection to the server. Raises asyncpg's errors."""

    async def execute(self, query: str, *values: Any, timeout: float | None = ...) -> str:  # noqa: ASYNC109
        """Runs statements, several where there are no values. `timeout` in seconds: another than
        usual."""
        ...

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        """All rows of one statement."""
        ...

    async def fetchval(self, query: str, *values: Any) -> Any:
        """The first value of one statement."""
        ...

    async def prepare(self, query: str) -> Prepared:
        """The statement, parsed."""
        ...

    async def add_listener(self, channel: str, callback: Callable[..., object]) -> None:
        """LISTEN."""
        ...

    def add_termination_listener(self, callback: Callable[[Any], object]) -> None:
        """`callback` is called when the connection ends."""
        ...

    def get_server_pid(self) -> int:
        """The server's process for it."""
        ...

    def is_closed(self) -> bool:
        """Whether it is gone."""
        ...

    def terminate(self) -> None:
        """Ends it without a word."""
        ...

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Ends it politely."""
        ...


async def connect(target: Target, *, indexed: bool = False) -> Connection:
    """A connection. Raises asyncpg's errors, OSError or TimeoutError."""
    settings = SESSION | _LINE | (WRITING if indexed else {})
    opened = await asyncpg.connect(
        target.dsn,
        timeout=CONNECT_SECONDS,
        command_timeout=STATEMENT_SECONDS,
        statement_cache_size=100 if target.prepare else 0,
        server_settings=settings if target.prepare else {},
    )
    _give_up_when_silent(opened)
    return cast(Connection, opened)


def _give_up_when_silent(opened: asyncpg.Connection) -> None:
    """Sets at our end what `_LINE` sets at the server's, where the system can."""
    line = opened._transport.get_extra_info("socket")
    if line is None or line.family == socket.AF_UNIX or not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _ASKED_AFTER)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _ASKED_EVERY)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1_000)
