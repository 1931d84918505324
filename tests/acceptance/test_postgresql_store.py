"""Intake and workers as processes over one PostgreSQL, as on several machines."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.postgresql import PostgresqlServer
from twofifty.testing.law import settled
from twofifty.testing.process import ReceiverProcess, ServiceProcess
from twofifty.testing.samples import sample_order


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    running = PostgresqlServer()
    yield running
    running.remove()


@contextmanager
def worker(intake: ServiceProcess, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with a folder of its own, as on a machine of its own."""
    folder.mkdir()
    with subprocess.Popen(
        (sys.executable, "-m", "twofifty.cli.main", "serve", "--role", "worker"),
        cwd=folder,
        env=intake.environ | {"TWOFIFTY_DATA_FOLDER": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield process
        process.terminate()
        assert process.wait(30) == 0


def placed(client: httpx2.Client, number: int) -> None:
    """As a shop does: what is refused for now comes again."""
    order = {**sample_order(number), "state": {"payment": "paid"}}
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = client.post("/v1/orders", json=order)
        if answer.status_code == 202:
            return
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        time.sleep(0.2)
    raise AssertionError("the service did not come back")


@pytest.mark.parametrize("crashes", [0, 2], ids=["as usual", "the server crashes"])
def test_what_intake_takes_workers_elsewhere_send(
    tmp_path: Path, server: PostgresqlServer, crashes: int
) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        told = {
            "TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver.port}?tls=none",
            "TWOFIFTY_DATABASE_URL": server.database(f"shop{crashes}") + "?unsafe=yes",
            "TWOFIFTY_INSTANCE": "the shop",
        }
        with ServiceProcess(tmp_path, told, role="api") as intake, intake.client() as client:
            with worker(intake, tmp_path / "one"), worker(intake, tmp_path / "two"):
                for number in range(60):
                    placed(client, number)
                    if number in (20, 40)[:crashes]:
                        server.stop()
                        server.start()
                assert settled(intake, 60).messages == {"sent": 60}
            assert receiver.count() == 60
