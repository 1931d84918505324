"""A TCP connection to a host with several addresses: in order, the families by turns, the next one
begun when one fails or has not answered for a quarter second (RFC 8305)."""

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Coroutine, Sequence
from itertools import chain, zip_longest

import msgspec

from twofifty.adapters.smtp.route import Family, SmtpRoute, is_address

PAUSE = 0.25
"""Seconds until the next address is tried beside one that has not answered yet."""

_FAMILIES: dict[Family, int] = {
    "auto": socket.AF_UNSPEC,
    "4": socket.AF_INET,
    "6": socket.AF_INET6,
}


class Address(msgspec.Struct, frozen=True):
    """Where to connect to: `family` as in `socket`, `place` as `connect` wants it."""

    family: int
    place: tuple[str, int] | tuple[str, int, int, int]


async def dialled(route: SmtpRoute) -> socket.socket:
    """A connected socket. Raises OSError; has no time limit of its own."""
    addresses = await _resolved(route)
    if route.local:
        addresses = [one for one in addresses if one.family == _family_of(route.local)]
    if not addresses:
        raise OSError(errno.EAFNOSUPPORT, "no address of the wanted family")
    return await first_connected(by_turns(addresses), route.local)


def by_turns(addresses: Sequence[Address]) -> list[Address]:
    """The resolver's order within each family, the families alternating, the first one first."""
    first = [one for one in addresses if one.family == addresses[0].family]
    others = [one for one in addresses if one.family != addresses[0].family]
    pairs = chain.from_iterable(zip_longest(first, others))
    return [one for one in pairs if one is not None]


async def first_connected(
    addresses: Sequence[Address], local: str = "", pause: float = PAUSE
) -> socket.socket:
    """The first that connects; the others are given up. Raises the OSError of the first that
    failed where none does."""
    if len(addresses) == 1:
        return await _connected(addresses[0], local)
    race = _Race()
    try:
        for address in addresses:
            race.begin(_connected(address, local))
            if await race.won(pause):
                break
        while race.running and not race.winner:
            await race.won(None)
    finally:
        await race.over()
    if race.winner is None:
        raise race.faults[0]
    return race.winner


class _Race:
    """Attempts side by side."""

    def __init__(self) -> None:
        self.running: set[asyncio.Task[socket.socket]] = set()
        self.winner: socket.socket | None = None
        self.faults: list[OSError] = []

    def begin(self, attempt: Coroutine[object, object, socket.socket]) -> None:
        self.running.add(asyncio.ensure_future(attempt))

    async def won(self, seconds: float | None) -> bool:
        """Waits until one attempt is through, or the time is up."""
        first = asyncio.FIRST_COMPLETED
        done, self.running = await asyncio.wait(self.running, timeout=seconds, return_when=first)
        for attempt in done:
            self._ended(attempt)
        return self.winner is not None

    async def over(self) -> None:
        """Ends what still runs; a socket that nobody wants any more is closed."""
        for attempt in self.running:
            attempt.cancel()
        if self.running:
            done, self.running = await asyncio.wait(self.running)
            for attempt in done:
                if not attempt.cancelled():
                    self._ended(attempt)

    def _ended(self, attempt: asyncio.Task[socket.socket]) -> None:
        fault = attempt.exception()
        if isinstance(fault, OSError):
            self.faults.append(fault)
        elif fault is not None:
            raise fault
        elif self.winner is None:
            self.winner = attempt.result()
        else:
            attempt.result().close()


async def _connected(address: Address, local: str) -> socket.socket:
    one = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        one.setblocking(False)
        # The end of a message is written after the rest of it: it must not wait for an ACK.
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if local:
            one.bind((local, 0))
        await asyncio.get_running_loop().sock_connect(one, address.place)
    except BaseException:  # cancelled as well: a socket must not stay behind
        one.close()
        raise
    return one


async def _resolved(route: SmtpRoute) -> list[Address]:
    family = _FAMILIES[route.family]
    if is_address(route.host):
        own = _family_of(route.host)
        fit = family in (socket.AF_UNSPEC, own)
        return [Address(own, (route.host, route.port))] if fit else []
    found = await asyncio.get_running_loop().getaddrinfo(
        route.host, route.port, family=family, type=socket.SOCK_STREAM
    )
    return [Address(one[0], (str(one[4][0]), route.port)) for one in found]


def _family_of(address: str) -> int:
    version = ipaddress.ip_address(address).version
    return socket.AF_INET if version == 4 else socket.AF_INET6
