"""Real processes on loopback, each checked against the conservation law at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from twofifty.testing.law import conserved
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts services in the test's folder; every one is checked against the law and ended."""
    started: list[ServiceProcess] = []

    def begin(
        receiver: ReceiverProcess | None = None,
        query: str = "tls=none",
        config: str = "",
        **told: str,
    ) -> ServiceProcess:
        if receiver is not None:
            told["TWOFIFTY_SMTP_URL"] = f"smtp://127.0.0.1:{receiver.port}?{query}"
        service = ServiceProcess(tmp_path, told, config)
        started.append(service)
        service.start()
        service.wait_ready()
        return service

    yield begin
    for service in started:
        service.kill()
        conserved(service)
