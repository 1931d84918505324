"""The image's own probe, run as the container runs it, against real answers on loopback."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.unit.deploy.files import DEPLOY
from twofifty.testing.ports import free_port


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response({"/healthz": 200, "/readyz": 503}.get(self.path, 404))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def _probed(port: int, *path: str) -> int:
    command = (sys.executable, "-I", str(DEPLOY / "probe.py"), *path)
    environ = {"TWOFIFTY_PORT": str(port)}
    return subprocess.run(command, env=environ, check=False, timeout=60).returncode


@pytest.mark.parametrize(("path", "code"), [("/healthz", 0), ("/readyz", 1), ("/other", 1)])
def test_only_a_200_is_health(port: int, path: str, code: int) -> None:
    assert _probed(port, path) == code


def test_it_asks_for_life_unless_told_otherwise(port: int) -> None:
    assert _probed(port) == 0


def test_nobody_there_is_no_health() -> None:
    assert _probed(free_port(), "/healthz") == 1
