"""The receiver as a process of its own."""

import json
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.unit.testing.bare import message
from twofifty.testing.ledger import read_ledger

SMTP_SOURCE = Path("/usr/sbin/smtp-source")
COMMAND = [sys.executable, "-m", "twofifty.testing.receiver"]


@contextmanager
def receiver(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, object]]]:
    process = subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def send(port: object, *numbers: int) -> int:
    """How many were answered with 250."""
    answered = 0
    for number in numbers:
        with smtplib.SMTP("127.0.0.1", int(str(port)), timeout=10) as smtp:
            try:
                smtp.sendmail("a@example.test", ["b@example.test"], message(number))
                answered += 1
            except smtplib.SMTPServerDisconnected:
                smtp.close()
    return answered


def ask(url: object, message_id: str) -> object:
    filled = str(url).replace("{message_id}", message_id)
    with urlopen(filled, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def test_its_ledger_is_whole_when_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with receiver("--ledger", str(path), "--script", "take_then_drop:0.3") as (process, said):
        assert said["pid"] == process.pid
        answered = send(said["port"], *range(40))
        process.send_signal(signal.SIGKILL)
        process.wait()
    taken = read_ledger(path)
    assert [row.message_id for row in taken] == [f"<{n}@shop.example.test>" for n in range(40)]
    assert sum(row.answered for row in taken) == answered < 40


def test_it_outlives_the_process_that_sends(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    program = (
        "import os, smtplib, sys\n"
        "s = smtplib.SMTP('127.0.0.1', int(sys.argv[1]))\n"
        "s.sendmail('a@example.test', ['b@example.test'], b'Message-ID: <1@x>\\r\\n\\r\\n')\n"
        "s.mail('a@example.test'); s.rcpt('b@example.test'); s.docmd('DATA'); s.send(b'half')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    with receiver("--ledger", str(path), "--lookup") as (process, said):
        subprocess.run([sys.executable, "-c", program, str(said["port"])], check=False)
        assert process.poll() is None
        assert send(said["port"], 2) == 1
        assert ask(said["lookup"], "1%40x") == {"accepted": True}
    assert [row.message_id for row in read_ledger(path)] == ["<1@x>", "<2@shop.example.test>"]


def test_after_a_restart_it_still_knows_what_it_took(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for number in (1, 2):
        with receiver("--ledger", str(path), "--lookup") as (_, said):
            send(said["port"], number)
            assert ask(said["lookup"], "1%40shop.example.test") == {"accepted": True}
    assert [row.serial for row in read_ledger(path)] == [1, 2]


def test_sigterm_ends_it_with_zero() -> None:
    with receiver() as (process, said):
        assert said["lookup"] is None
        process.terminate()
        assert process.wait(10) == 0


def test_a_script_it_does_not_know_is_wrong_usage() -> None:
    ended = subprocess.run(
        [*COMMAND, "--script", "dance"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "no such script" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_one_clear_line() -> None:
    with receiver() as (_, said):
        ended = subprocess.run(
            [*COMMAND, "--port", str(said["port"])], capture_output=True, text=True, check=False
        )
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.skipif(not SMTP_SOURCE.exists(), reason="Postfix's smtp-source is not installed")
@pytest.mark.parametrize("options", [[], ["-d"]], ids=["reconnecting", "one-connection"])
def test_postfix_delivers_a_burst_without_loss(tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "ledger.jsonl"
    with receiver("--ledger", str(path)) as (_, said):
        source = [str(SMTP_SOURCE), *options, "-s", "4", "-m", "500", "-l", "20000"]
        envelope = ["-f", "a@example.test", "-t", "b@example.test"]
        where = f"127.0.0.1:{said['port']}"
        subprocess.run([*source, *envelope, where], capture_output=True, check=False)
    taken = read_ledger(path)
    assert all(row.answered and row.size >= 20_000 for row in taken)
    assert len(taken) == 500
