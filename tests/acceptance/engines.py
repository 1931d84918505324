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
    "test_doctor_mail.py": "looks at the file",
    "test_matrix_poison.py": "looks into the file",
    "test_matrix_processes.py": "looks into the file",
    "test_fault_mix.py": "looks into the file",
    "test_postfix_smarthost.py": "looks into the file",
    "test_rehearse.py": "rehearses over a file of its own",
}
"""Tests of the embedded store, which are skipped over other engines, and why."""


class Engine:
    """The servers that one engine needs, started when a service first wants them."""

    def __init__(self, name: str) -> None:
        if name not in ENGINES:
            raise pytest.UsageError(f"{NAMED}: {name!r} is none of {', '.join(ENGINES)}")
        self.name = name
        self._postgresql: PostgresqlServer | None = None
        self._rabbitmq: RabbitmqServer | None = None
        self._sqs: Emulator | None = None

    def settings(self) -> dict[str, str]:
        """Settings of a service of its own."""
        if self.name == "sqlite":
            return {}
        # The server of tests forgets what it wrote when the power goes.
        told = {"TWOFIFTY_DATABASE_URL": f"{self._database()}?unsafe=yes"}
        if self.name in _BROKERS:
            told["TWOFIFTY_BROKER_URL"] = _BROKERS[self.name](self)
        return told

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

    def _database(self) -> str:
        self._postgresql = self._postgresql or PostgresqlServer()
        return self._postgresql.database(f"service_{next(_NUMBERS)}")


_BROKERS: dict[str, Callable[[Engine], str]] = {"rabbitmq": Engine.rabbitmq, "sqs": Engine.sqs}


def named() -> str:
    """The engine that this run is over."""
    return os.environ.get(NAMED, "sqlite")
