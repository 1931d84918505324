"""Intake and delivery as processes of their own, in whichever order they start."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from twofifty.testing.law import settled
from twofifty.testing.ports import free_port
from twofifty.testing.process import ReceiverProcess, ServiceProcess
from twofifty.testing.samples import sample_order


@pytest.mark.parametrize("worker_first", [True, False], ids=["worker-first", "intake-first"])
def test_a_lone_worker_sends_what_a_lone_intake_takes(tmp_path: Path, worker_first: bool) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        told = {"TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver.port}?tls=none"}
        intake, port = ServiceProcess(tmp_path, told, role="api"), free_port()
        if not worker_first:
            intake.start()
            intake.wait_ready()
        with subprocess.Popen(
            (sys.executable, "-m", "twofifty.cli.main", "serve", "--role", "worker"),
            cwd=tmp_path,
            env=intake.environ | {"TWOFIFTY_METRICS_PORT": str(port)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as worker:
            if worker_first:
                wait_for(tmp_path / "data" / "twofifty.db")
                intake.start()
                intake.wait_ready()
            with intake.client() as client:
                order = {**sample_order(1), "state": {"payment": "paid"}}
                client.post("/v1/orders", json=order).raise_for_status()
            assert settled(intake, 30).messages == {"sent": 1}
            shown = httpx2.get(f"http://127.0.0.1:{port}/metrics").text
            assert 'twofifty_outcomes_total{outcome="sent"} 1.0' in shown
            worker.terminate()
            assert worker.wait(30) == 0
        intake.kill()
        assert receiver.count() == 1


def test_a_lone_worker_whose_port_is_taken_says_so_and_sends_mail(tmp_path: Path) -> None:
    with (
        ReceiverProcess(tmp_path) as receiver,
        socket.create_server(("127.0.0.1", 0)) as taken,
    ):
        told = {
            "TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver.port}?tls=none",
            "TWOFIFTY_METRICS_PORT": str(taken.getsockname()[1]),
        }
        with ServiceProcess(tmp_path, told, role="api") as intake:
            with intake.client() as client:
                order = {**sample_order(1), "state": {"payment": "paid"}}
                client.post("/v1/orders", json=order).raise_for_status()
            log = tmp_path / "worker.log"
            with (
                log.open("wb") as written,
                subprocess.Popen(
                    (sys.executable, "-m", "twofifty.cli.main", "serve", "--role", "worker"),
                    cwd=tmp_path,
                    env=intake.environ,
                    stdin=subprocess.PIPE,
                    stderr=written,
                ) as worker,
            ):
                assert settled(intake, 30).messages == {"sent": 1}
                worker.terminate()
                assert worker.wait(30) == 0
    assert '"action":"metrics.untold"' in log.read_text()


def wait_for(path: Path) -> None:
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
