"""`python -m bench.programs.line --to PORT --round-trip SECONDS`: a long line to a port here.

What comes in goes on half a round trip later, either way, and the first byte a whole round trip
after the connection, as its handshake would take. It prints one JSON line, `{"port": n}`.
"""

import argparse
import asyncio
import json
from typing import cast

import uvloop


class End(asyncio.Protocol):
    """One end of the line: passes on to the other one, later."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.WriteTransport | None = None
        self._waiting: list[bytes] = []
        self.other: End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        for data in self._waiting:
            self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self._loop.call_later(self._delay, self.other.pass_on, data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self._loop.call_later(self._delay, self.other.hang_up)

    def pass_on(self, data: bytes) -> None:
        """Sends what came from the other end."""
        if self._transport is None:
            self._waiting.append(data)
        elif not self._transport.is_closing():
            self._transport.write(data)

    def hang_up(self) -> None:
        """Closes once all is sent."""
        if self._transport is not None:
            self._transport.close()


class Door(End):
    """The near end: opens the far one a round trip later."""

    def __init__(self, delay: float, port: int) -> None:
        super().__init__(delay)
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.other = far = End(self._delay)
        far.other = self
        self._loop.call_later(self._delay, lambda: self._loop.create_task(self._open(far)))

    async def _open(self, far: End) -> None:
        await self._loop.create_connection(lambda: far, "127.0.0.1", self._port)


async def _serve(port: int, round_trip: float) -> None:
    loop = asyncio.get_running_loop()
    made = await loop.create_server(
        lambda: Door(round_trip / 2, port), "127.0.0.1", 0, backlog=1024
    )
    print(json.dumps({"port": made.sockets[0].getsockname()[1]}), flush=True)
    await made.serve_forever()


def main() -> None:
    """Reads the command line and passes on until it is ended."""
    parser = argparse.ArgumentParser(prog="python -m bench.programs.line")
    parser.add_argument("--to", type=int, required=True, metavar="PORT")
    parser.add_argument("--round-trip", type=float, required=True, metavar="SECONDS")
    told = parser.parse_args()
    uvloop.run(_serve(told.to, told.round_trip))


if __name__ == "__main__":
    main()
