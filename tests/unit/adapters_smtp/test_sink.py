"""Against Postfix's own test server."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
import uvloop

from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope
from twofifty.deliver.outcome import Accepted, Deferred, Outcome, Refused

SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/libexec/postfix") or ""
pytestmark = pytest.mark.skipif(not SINK, reason="smtp-sink is not installed (package postfix)")
LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
MakeLoop = Callable[[], asyncio.AbstractEventLoop]


@contextlib.contextmanager
def sink(*arguments: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([SINK, *user, *arguments, f"127.0.0.1:{port}", "64"])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


def send(loop: MakeLoop, count: int, *arguments: str) -> list[Outcome]:
    async def scenario(port: int) -> list[Outcome]:
        one = channel(port, "&timeout=20")
        sends = (one.send(envelope(DATA * 100), Journal()) for _ in range(count))
        outcomes = await asyncio.gather(*sends)
        await one.close()
        return outcomes

    with sink(*arguments) as port, asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(scenario(port))


@LOOPS
@pytest.mark.parametrize("arguments", [(), ("-p",), ("-e",)])
def test_hundreds_of_messages_are_accepted(loop: MakeLoop, arguments: tuple[str, ...]) -> None:
    outcomes = send(loop, 300, *arguments)
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)


@LOOPS
@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "."])
def test_its_soft_and_hard_errors_are_told_apart(loop: MakeLoop, step: str) -> None:
    assert isinstance(send(loop, 1, "-r", step)[0], Deferred)
    assert isinstance(send(loop, 1, "-f", step)[0], Refused)


@LOOPS
def test_its_sudden_ends_are_deferred(loop: MakeLoop) -> None:
    outcomes = send(loop, 20, "-q", "rcpt")
    assert all(isinstance(outcome, Deferred) and outcome.connection for outcome in outcomes)
