"""Real processes on loopback, each checked against the conservation law at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.engines import Engine, left_out, named
from twofifty.testing.law import conserved
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Over other engines what is about the embedded store is skipped, and what asks for no
    engine: it would be the same again."""
    name, here = named(), Path(__file__).parent
    for item in items:
        why = left_out(name, item) if item.path.parent == here else ""
        if why:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """What services keep their orders in, in this run."""
    made = Engine(named())
    yield made
    made.stop()


@pytest.fixture
def start(tmp_path: Path, engine: Engine) -> Iterator[Start]:
    """Starts services in the test's folder; every one is checked against the law and ended."""
    started: list[ServiceProcess] = []
    kept = engine.settings()

    def begin(
        receiver: ReceiverProcess | None = None,
        query: str = "tls=none",
        config: str = "",
        **told: str,
    ) -> ServiceProcess:
        if receiver is not None:
            told["TWOFIFTY_SMTP_URL"] = f"smtp://127.0.0.1:{receiver.port}?{query}"
        service = ServiceProcess(tmp_path, {**kept, **told}, config)
        started.append(service)
        service.start()
        service.wait_ready()
        return service

    yield begin
    for service in started:
        service.kill()
        conserved(service)
