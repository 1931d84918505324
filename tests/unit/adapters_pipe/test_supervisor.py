"""Delivery processes are kept running, told by their pipes, and ended by them."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from twofifty.adapters.pipe.broker import PipeTeller
from twofifty.adapters.pipe.supervisor import Supervisor

CHILD = """
import os, sys, pathlib
told = pathlib.Path(sys.argv[1]) / str(os.getpid())
told.write_bytes(b"")
while news := os.read(0, 100):
    told.write_bytes(told.read_bytes() + news)
told.rename(told.with_suffix(".ended"))
"""


class Stage:
    """A supervisor whose children write what they hear into a folder."""

    def __init__(self, folder: Path, command: tuple[str, ...] | None = None) -> None:
        self.folder = folder
        self.teller = PipeTeller()
        self.deaths: list[int] = []
        words = command or (sys.executable, "-c", CHILD, str(folder))
        self.supervisor = Supervisor(words, os.environ, self.teller, self.deaths.append)

    async def until(self, count: int, pattern: str = "*", *, told: bool = False) -> list[Path]:
        """The files of the children once there are `count` (that hold something)."""
        for _ in range(1_000):
            found = [file for file in self.files(pattern) if file.stat().st_size or not told]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"{count} of {pattern} did not come")

    def files(self, pattern: str) -> list[Path]:
        """What the children have written."""
        return sorted(self.folder.glob(pattern))


def test_children_hear_news_and_end_with_their_pipe(tmp_path: Path) -> None:
    async def scenario() -> None:
        stage = Stage(tmp_path)
        stage.supervisor.start(2)
        await stage.until(2)
        stage.teller.announce()
        await stage.until(2, told=True)
        await stage.supervisor.stop()
        assert len(await stage.until(2, "*.ended")) == 2
        assert stage.deaths == []

    asyncio.run(scenario())


def test_a_child_that_dies_is_replaced_and_said(tmp_path: Path) -> None:
    async def scenario() -> None:
        stage = Stage(tmp_path)
        stage.supervisor.start(1)
        (first,) = await stage.until(1)
        os.kill(int(first.name), signal.SIGKILL)
        await stage.until(2)
        await stage.supervisor.stop()
        assert stage.deaths == [int(first.name)]

    asyncio.run(scenario())


def test_a_stop_while_a_child_is_being_started_ends_it_too(tmp_path: Path) -> None:
    async def scenario() -> None:
        stage = Stage(tmp_path)
        stage.supervisor.start(4)
        await asyncio.sleep(0)
        async with asyncio.timeout(20):
            await stage.supervisor.stop()
        assert stage.deaths == []

    asyncio.run(scenario())


def test_a_child_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        command = tmp_path / "not-there-yet"
        stage = Stage(tmp_path / "told", (str(command), str(tmp_path / "told")))
        stage.folder.mkdir()
        stage.supervisor.start(1)
        await asyncio.sleep(0.2)
        command.write_text(f"#!{sys.executable}\n{CHILD}")
        command.chmod(0o700)
        await stage.until(1)
        await stage.supervisor.stop()

    asyncio.run(scenario())


def test_once_the_end_is_expected_a_death_is_no_news(tmp_path: Path) -> None:
    async def scenario() -> None:
        stage = Stage(tmp_path)
        stage.supervisor.start(1)
        (child,) = await stage.until(1)
        stage.supervisor.expect_the_end()
        os.kill(int(child.name), signal.SIGTERM)
        await stage.supervisor.stop()
        assert stage.deaths == []
        assert len(stage.files("*")) == 1

    asyncio.run(scenario())
