"""Keeps the delivery processes running: one child each, restarted when it dies, told by a pipe.

A child reads its standard input: a byte is news of work, the end of file is the end of us.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence

from twofifty import telemetry
from twofifty.adapters.pipe.broker import PipeTeller

LONGEST_PAUSE = 10.0
STEADY_AFTER = 5.0


class Supervisor:
    """Runs `command` `count` times. `died` is called with the child's pid after each death."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        teller: PipeTeller,
        died: Callable[[int], None],
    ) -> None:
        self._command = list(command)
        self._environ = dict(environ)
        self._teller = teller
        self._died = died
        self._keepers: list[asyncio.Task[None]] = []
        self._pipes: set[int] = set()
        self._stopping = asyncio.Event()

    def start(self, count: int) -> None:
        """Starts `count` children and keeps that many running."""
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(count)]

    def expect_the_end(self) -> None:
        """From now on a child that ends is neither news nor started again."""
        self._stopping.set()

    async def stop(self) -> None:
        """Closes the pipes, so that the children finish what is begun, and waits for them."""
        self._stopping.set()
        for pipe in tuple(self._pipes):
            self._close(pipe)
        if self._keepers:
            await asyncio.wait(self._keepers)

    async def _keep(self) -> None:
        pause = 0.1
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            try:
                await self._live()
            except OSError as fault:
                # No process, memory or descriptor is to be had just now; later perhaps.
                telemetry.log().error(
                    "no delivery process could be started",
                    action="worker.unstarted",
                    fault=repr(fault),
                )
            pause = 0.1 if loop.time() - began > STEADY_AFTER else min(pause * 2, LONGEST_PAUSE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _live(self) -> None:
        reading, writing = os.pipe()
        # Before the child exists, so that a stop meanwhile closes the pipe and ends the child.
        self._pipes.add(writing)
        self._teller.add(writing)
        try:
            child = await self._started(reading)
            code = await child.wait()
        finally:
            self._close(writing)
        if not self._stopping.is_set():
            telemetry.log().warning(
                "a delivery process ended", action="worker.ended", pid=child.pid, code=code
            )
            self._died(child.pid)

    async def _started(self, reading: int) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._command, stdin=reading, env=self._environ
            )
        finally:
            os.close(reading)

    def _close(self, pipe: int) -> None:
        if pipe in self._pipes:
            self._pipes.discard(pipe)
            self._teller.remove(pipe)
            os.close(pipe)
