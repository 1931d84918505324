"""What a service keeps its orders in, and what carries its work: one switch for every test.

`TWOFIFTY_TEST_ENGINE=postgresql` (or `rabbitmq`, `sqs`: that broker over PostgreSQL) runs the whole
acceptance suite over it; unset or `sqlite`: the embedded store.
"""

import itertools
import os
from collections.abc import Callable

import pytest

from tests.acceptance.postgresql import PostgresqlServer
from tests.acceptance.rabbitmq import RabbitmqServer, fresh_url
from tests.acceptance.rows import plain
from tests.acceptance.sqs import Emulator

ENGINES = ("sqlite", "postgresql", "rabbitmq", "sqs")
NAMED = "TWOFIFTY_TEST_ENGINE"
_NUMBERS = itertools.count(1)

EMBEDDED = {
    "test_power_cuts.py": "cuts the power of the disk below the file",
    "test_full_disk.py": "fills the disk below the file",
    "test_start.py": "is about the file and what lies beside it",
    "test_roles.py": "is about processes that share the file",
    "test_moving.py": "moves the file",
    "test_rehearse.py": "rehearses over a file of its own",
}
"""Tests of the embedded store, which are skipped over other engines, and why."""

OWN = {
    "test_rabbitmq_service.py": "has a broker of its own",
    "test_sqs_service.py": "has a broker of its own",
    "test_postgresql_service.py": "is about what a shop's log tells",
    "test_connect.py": "is about shops, no mail leaves",
}
"""Tests that run over PostgreSQL, and to which a broker behind it would make no difference."""


class Engine:
    """The servers that one engine needs, started when a service first wants them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._postgresql: PostgresqlServer | None = None
        self._rabbitmq: RabbitmqServer | None = None
        self._sqs: Emulator | None = None

    def settings(self) -> dict[str, str]:
        """Settings of a service of its own."""
        if self.name == "sqlite":
            return {}
        return self._over(self._server().database(f"service_{next(_NUMBERS)}"))

    def copied(self, told: dict[str, str]) -> dict[str, str]:
        """Settings of a service over a copy of the database of `told`, while nobody uses that. The
        embedded file is copied with its folder."""
        if self.name == "sqlite":
            return {}
        origin = plain(told["TWOFIFTY_DATABASE_URL"]).rpartition("/")[2]
        return self._over(self._server().copied(f"copy_{next(_NUMBERS)}", origin))

    def rabbitmq(self) -> str:
        """A broker with queues that nobody has."""
        self._rabbitmq = self._rabbitmq or RabbitmqServer()
        return fresh_url(self._rabbitmq)

    def sqs(self) -> str:
        """An emulator of SQS with queues that nobody has."""
        self._sqs = self._sqs or Emulator()
        return self._sqs.url()

    def stop(self) -> None:
        """Ends every server."""
        if self._sqs is not None:
            self._sqs.stop()
        for server in (self._rabbitmq, self._postgresql):
            if server is not None:
                server.remove()

    def _server(self) -> PostgresqlServer:
        self._postgresql = self._postgresql or PostgresqlServer()
        return self._postgresql

    def _over(self, database: str) -> dict[str, str]:
        # The server of tests forgets what it wrote when the power goes.
        told = {"TWOFIFTY_DATABASE_URL": f"{database}?unsafe=yes"}
        if self.name in _BROKERS:
            told["TWOFIFTY_BROKER_URL"] = _BROKERS[self.name](self)
        return told


_BROKERS: dict[str, Callable[[Engine], str]] = {"rabbitmq": Engine.rabbitmq, "sqs": Engine.sqs}


def named() -> str:
    """The engine that this run is over. Raises UsageError for an unknown one."""
    name = os.environ.get(NAMED, "sqlite")
    if name not in ENGINES:
        raise pytest.UsageError(f"{NAMED}: {name!r} is none of {', '.join(ENGINES)}")
    return name


def left_out(name: str, item: pytest.Item) -> str:
    """Why a test is skipped in a run over that engine; empty where it is not."""
    file = item.path.name
    if name == "sqlite":
        return ""
    if file in EMBEDDED:
        return f"the embedded store's: {EMBEDDED[file]}"
    if "engine" not in getattr(item, "fixturenames", ()):
        return "has no store of the engine's"
    return f"the same as over PostgreSQL: {OWN[file]}" if name in _BROKERS and file in OWN else ""
