"""A Postfix of the system's packages as an own relay: a queue, a log and a port of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from twofifty.testing.ports import free_port

PROGRAM = shutil.which("postfix", path="/usr/sbin") or ""
NEEDED = pytest.mark.skipif(
    not PROGRAM or os.geteuid() != 0, reason="needs Postfix from the system's packages, and root"
)

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = relay.example.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_transport = error:nobody lives here
default_transport = smtp:[127.0.0.1]:{next_hop}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_data_restrictions = reject_unauth_pipelining
smtpd_client_connection_rate_limit = 0
alias_maps =
alias_database =
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Relay(NamedTuple):
    """A running Postfix."""

    port: int
    log: Path


@contextlib.contextmanager
def running_relay(next_hop: int, more: str = "") -> Iterator[Relay]:
    """Relays everything to the port `next_hop` of loopback. `more`: further lines of its main.cf,
    in which `$queue_directory/..` is a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="relay"))
    port = free_port()
    try:
        etc = _prepared(folder, port, MAIN.format(folder=folder, next_hop=next_hop) + more)
        _postfix(etc, "start")
        try:
            _wait_for(port)
            yield Relay(port, folder / "mail.log")
        finally:
            _postfix(etc, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(folder: Path, port: int, main: str) -> Path:
    """Postfix's own users must reach what lies in it."""
    folder.chmod(0o755)
    for name in ("etc", "spool", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    etc = folder / "etc"
    (etc / "main.cf").write_text(main)
    (etc / "master.cf").write_text(MASTER.format(port=port))
    return etc


def _postfix(etc: Path, verb: str) -> None:
    subprocess.run([PROGRAM, "-c", str(etc), verb], check=True, capture_output=True, timeout=60)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("Postfix did not start")
