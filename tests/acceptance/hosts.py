"""Hosts of one's own on a private bridge: network namespaces, to be cut off and joined again.

Needs root; elsewhere the test is skipped. Each namespace lives as long as a process that holds it,
and that process as long as the test's: nothing is left behind, not even by a test that was killed.

    test process 10.250.N.1 -- bridge -- host 10.250.N.11, host 10.250.N.12, ...
"""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.postgresql import PostgresqlServer
from twofifty.testing.process import ServiceProcess

PROGRAMS = ("ip", "nft", "nsenter", "unshare", "setpriv")
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_FIRST = 11
_TO_THE_END = ("setpriv", "--pdeathsig", "KILL")
_CUT = """
table inet cut {{
  chain in {{ type filter hook input priority 0; iifname "eth0" {matching[0]} drop; }}
  chain out {{ type filter hook output priority 0; oifname "eth0" {matching[1]} drop; }}
}}
"""


class Space:
    """A namespace of the network, and of the host's name, held by a process that ends with
    ours."""

    def __init__(self, name: str) -> None:
        held = f"echo {name} > /proc/sys/kernel/hostname && exec sleep infinity"
        self._holder = subprocess.Popen(
            (*_TO_THE_END, "unshare", "--net", "--uts", "sh", "-c", held), env={"PATH": PATH}
        )
        self.pid = self._holder.pid
        of = f"/proc/{self.pid}/ns"
        self.inside = ("nsenter", f"--net={of}/net", f"--uts={of}/uts")
        ours, until = Path("/proc/self/ns/net").readlink(), time.monotonic() + 10
        while Path(f"/proc/{self.pid}/ns/net").readlink() == ours:
            if self._holder.poll() is not None or time.monotonic() > until:
                pytest.skip("a network namespace cannot be made here")
            time.sleep(0.01)

    def run(self, *words: str, stdin: str = "") -> None:
        """Runs a command in it. Raises CalledProcessError."""
        told(*self.inside, *words, stdin=stdin)

    def end(self) -> None:
        """Lets it go; it is gone with the last process in it."""
        self._holder.kill()
        self._holder.wait()


class Host:
    """A machine with a name and one network card. What runs on it is started with `command` before
    it, and ends with the thread that started it."""

    def __init__(self, name: str, address: str) -> None:
        self.address = address
        self._space = Space(name)
        self.pid = self._space.pid
        self.command = (*_TO_THE_END, *self._space.inside)
        self._is_cut = False

    def join(self) -> None:
        """Gives its card, which is there by now, its address."""
        self._space.run("ip", "link", "set", "lo", "up")
        self._space.run("ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        self._space.run("ip", "link", "set", "eth0", "up")

    def cut(self, port: int = 0) -> None:
        """From now on no packet comes in or goes out, and nobody is told. `port`: none of TCP to
        and from that port of others, everything else does."""
        matching = (f"tcp sport {port}", f"tcp dport {port}") if port else ("", "")
        self.heal()
        self._space.run("nft", "-f", "-", stdin=_CUT.format(matching=matching))
        self._is_cut = True

    def heal(self) -> None:
        """All packets pass again."""
        if self._is_cut:
            self._space.run("nft", "delete", "table", "inet", "cut")
        self._is_cut = False

    def end(self) -> None:
        """Lets it go."""
        self._space.end()


class HostedService(ServiceProcess):
    """`twofifty serve` on a host; its API listens on the host's address. To be started from the
    thread that is there to the end."""

    def __init__(self, host: Host, folder: Path, environ: Mapping[str, str], role: str) -> None:
        folder.mkdir(exist_ok=True)
        told_ = {"TWOFIFTY_HOST": host.address, "TWOFIFTY_DATA_FOLDER": str(folder), **environ}
        super().__init__(folder, told_, role=role)
        self.host = host
        self.url = f"http://{host.address}:{self.port}"
        self._words = (*host.command, *self._words)
        self.environ["PATH"] = PATH


class ReachableServer(PostgresqlServer):
    """A PostgreSQL that listens on `address` too."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self.stop()
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(f"listen_addresses = '127.0.0.1,{address}'\n")
        with (self._data / "pg_hba.conf").open("a") as file:
            file.write(f"host all all {address}/24 trust\n")
        self.start()

    def from_hosts(self, database: str) -> str:
        """A new, empty database, as hosts reach it."""
        return self.database(database).replace("127.0.0.1", self._address) + "?unsafe=yes"


class Network:
    """`address`: where hosts reach what runs beside the test."""

    def __init__(self, address: str, hosts: list[Host]) -> None:
        self.address = address
        self.hosts = hosts


@contextmanager
def network(count: int = 3) -> Iterator[Network]:
    """`count` hosts that reach each other and us. Skips the test where that cannot be."""
    if os.getuid() != 0:
        pytest.skip("hosts of one's own need root")
    missing = [one for one in PROGRAMS if shutil.which(one, path=PATH) is None]
    if missing:
        pytest.skip(f"hosts of one's own need {', '.join(missing)}")
    with ExitStack() as ends:
        bridge = Space("bridge")
        ends.callback(bridge.end)
        prefix = _bridged(bridge)
        hosts = [Host(f"host{i}", f"{prefix}.{_FIRST + i}") for i in range(count)]
        for number, host in enumerate(hosts):
            ends.callback(host.end)
            port = f"port{number}"
            bridge.run(*_pair(port, "eth0", host.pid))
            bridge.run("ip", "link", "set", port, "master", "bridge", "up")
            host.join()
        yield Network(f"{prefix}.1", hosts)


def _bridged(bridge: Space) -> str:
    """A bridge, and our line to it; the first three numbers of its addresses."""
    bridge.run("ip", "link", "add", "bridge", "type", "bridge")
    bridge.run("ip", "link", "set", "bridge", "up")
    ours = f"tf{secrets.token_hex(4)}"
    told(*_pair(ours, "us", bridge.pid))
    bridge.run("ip", "link", "set", "us", "master", "bridge", "up")
    prefix = f"10.250.{_free_number()}"
    told("ip", "address", "add", f"{prefix}.1/24", "dev", ours)
    told("ip", "link", "set", ours, "up")
    return prefix


def _free_number() -> int:
    """Of a network that nobody here has."""
    routes = told("ip", "-4", "route", "show", "table", "all")
    while f"10.250.{(number := secrets.randbelow(250) + 1)}." in routes:
        pass
    return number


def _pair(here: str, there: str, pid: int) -> tuple[str, ...]:
    return (
        *("ip", "link", "add", here, "type", "veth"),
        *("peer", "name", there, "netns", str(pid)),
    )


def told(*words: str, stdin: str = "") -> str:
    """What a command says. Raises CalledProcessError."""
    done = subprocess.run(
        words,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env={"PATH": PATH},
    )
    return done.stdout
