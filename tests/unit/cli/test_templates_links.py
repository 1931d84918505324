"""`twofifty templates lint --links` asks what the mails lead to, and nobody else."""

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from twofifty.cli.main import app

Run = Callable[..., Result]
ASKED: list[str] = []


class Pages(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        ASKED.append(self.path)
        self.send_response(200 if self.path.startswith("/ok") else 404)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 - the name that the server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    ASKED.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["templates", "lint", *words])


@pytest.fixture
def pack(tmp_path: Path, site: str) -> str:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "agent.html.mustache").write_text(
        f'<p>{{{{number}}}}</p><img src="{site}/ok.png" alt="ours" width="9" height="9">\n'
        f'<a href="{site}/gone">a page</a> <a href="https://example.com/never">reserved</a>',
        encoding="utf-8",
    )
    return str(folder)


def test_a_link_that_does_not_answer_is_told_with_its_place(run: Run, pack: str) -> None:
    result = run(pack, "--links", "--private")
    assert result.exit_code == 1
    told = [row for row in result.stderr.splitlines() if "[link-dead]" in row]
    assert len(told) == 1
    assert re.fullmatch(r"the agent made of full, line \d, column 1, <a>: error: .*404.*", told[0])
    assert "ok.png" not in result.stderr
    assert sorted(set(ASKED)) == ["/gone", "/ok.png"]


def test_ones_own_network_is_only_asked_on_request(run: Run, pack: str) -> None:
    result = run(pack, "--links")
    assert "leads into a private network, and is not asked" in result.stderr
    assert ASKED == []


def test_without_the_option_nobody_is_asked(run: Run, pack: str) -> None:
    assert run(pack).exit_code == 0
    assert ASKED == []


def test_an_option_about_links_needs_the_other(run: Run, pack: str) -> None:
    assert run(pack, "--private").exit_code == 2
