"""Names for runs of workers that tell, on the same machine, whether the process still lives.

`host/boot/namespace:pid:start`. Where all before the pid is ours too, the kernel knows; anywhere
else only the lease tells.
"""

import os
import socket
from pathlib import Path

_PROC = Path("/proc")


def own_name() -> str:
    """The name of this process as an owner of leases."""
    return f"{_machine()}:{os.getpid()}:{_started(os.getpid())}"


def surely_dead(owner: str) -> bool:
    """Whether the kernel of this machine knows that the process which called itself `owner` is no
    more. False says nothing."""
    machine, _, rest = owner.partition(":")
    pid, _, started = rest.partition(":")
    if machine != _machine() or not _PROC.is_dir() or not pid.isdecimal():
        return False
    now = _started(int(pid))
    return now != started if now else not _is_there(int(pid))


def _machine() -> str:
    return f"{socket.gethostname()}/{_read('sys/kernel/random/boot_id')[:8]}/{_namespace()}"


def _namespace() -> str:
    try:
        return str((_PROC / "self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When the process started, in clock ticks since the boot; empty where there is none."""
    fields = _read(f"{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] != "Z" else ""


def _is_there(pid: int) -> bool:
    """Whether there is a process that /proc may hide from us (`hidepid`, user namespaces)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return not _is_ended(pid)


def _is_ended(pid: int) -> bool:
    """Whether nobody has asked yet how it ended."""
    return _read(f"{pid}/stat").rpartition(")")[2].split()[:1] == ["Z"]


def _read(name: str) -> str:
    try:
        return (_PROC / name).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
