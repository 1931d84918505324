"""A next hop as a process, told what to do by lines on standard input.

`python -m twofifty.testing.rehearsal.next_hop LEDGER` listens on loopback and prints `{"port": n,
"lookup": URL}`. Then it reads a line, does it, and prints `{}`: `down` refuses connections from
then on, `up` listens again where it did, anything else is a script for `rehearsal.scripts`. It ends
with standard input.
"""

import asyncio
import sys
from pathlib import Path

import msgspec
import uvloop

from twofifty.testing.ledger import Ledger
from twofifty.testing.lookup_server import LookupServer
from twofifty.testing.moment import Script
from twofifty.testing.receiver.offer import Offer
from twofifty.testing.receiver.server import Receiver
from twofifty.testing.rehearsal.scripts import script_of
from twofifty.testing.script import accept


class NextHop:
    """A receiver that can go away and come back on its ports, its ledger in a file."""

    def __init__(self, ledger: Path) -> None:
        self._path = ledger
        self._script: Script = accept
        self._receiver: Receiver | None = None
        self._lookup: LookupServer | None = None
        self._ports = (0, 0)
        self.lookup = ""

    @property
    def port(self) -> int:
        """Where it takes mail."""
        return self._ports[0]

    async def up(self) -> None:
        """Listens; a second time where it listened before."""
        ledger = Ledger(self._path, "hash")
        offer = Offer(port=self._ports[0])
        self._receiver = Receiver(self._script, ledger=ledger, offer=offer)
        await self._receiver.start()
        self._lookup = LookupServer(ledger)
        self.lookup = await self._lookup.start(port=self._ports[1])
        asked_at = int(self.lookup.partition("/accepted")[0].rpartition(":")[2])
        self._ports = (self._receiver.port, asked_at)

    async def down(self) -> None:
        """Breaks every connection off and refuses new ones."""
        if self._receiver is not None and self._lookup is not None:
            await self._receiver.stop()
            await self._lookup.stop()
        self._receiver = self._lookup = None

    async def told(self, line: str) -> None:
        """Does what a line says."""
        if line == "down":
            await self.down()
        elif line == "up":
            await self.up()
        else:
            self._script = script_of(line)
            if self._receiver is not None:
                self._receiver.follow(self._script)


async def _serve(ledger: Path) -> None:
    hop = NextHop(ledger)
    await hop.up()
    _say({"port": hop.port, "lookup": hop.lookup})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await hop.told(line.strip())
        _say({})
    await hop.down()


def _say(value: dict[str, int | str]) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_serve(Path(sys.argv[1])))
