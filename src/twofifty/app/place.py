"""Where the store that the settings name lies, without opening it for work."""

import importlib
import ipaddress
from pathlib import Path
from types import ModuleType

from twofifty.adapters.smtp.route import is_address
from twofifty.adapters.sqlite.database import path_of
from twofifty.clock import Clock
from twofifty.errors import SettingsError

_SHARED = ("postgresql://", "postgres://")
_FOLDER = Path("data")


def is_shared(url: str) -> bool:
    """Whether the store is a server's, which processes on several machines may share."""
    return url.startswith(_SHARED)


def postgresql(part: str) -> ModuleType:
    """A module of `adapters.postgresql`, loaded when it is first wanted. Raises SettingsError where
    its driver is not installed."""
    try:
        return importlib.import_module(f"twofifty.adapters.postgresql.{part}")
    except ModuleNotFoundError as fault:
        if (fault.name or "").startswith("twofifty"):
            raise
        raise SettingsError(
            f"DATABASE_URL: postgresql:// needs {fault.name}; pip install 'twofifty[postgres]'"
        ) from None


def check_store(url: str) -> None:
    """Raises SettingsError where `url` names no store."""
    if is_shared(url):
        postgresql("place").check(url)
    else:
        path_of(url)


def is_made(url: str) -> bool:
    """Whether there is a store at `url` already. Raises StartError for a server that is away."""
    if is_shared(url):
        return bool(postgresql("place").is_made(url))
    return path_of(url).exists()


def named(url: str) -> str:
    """How people know the store; without a password."""
    if is_shared(url):
        return str(postgresql("place").named(url))
    return str(path_of(url))


def identity_of(url: str) -> str:
    """What tells this store from a copy of it: on the same machine, or for a server's on all."""
    if is_shared(url):
        return str(postgresql("place").identity(url))
    return str(path_of(url).resolve())


def is_elsewhere(url: str) -> bool:
    """Whether the store is on a server whose name means the same wherever it is written: one with
    a domain. `db` is another server in each network, and so is an address of a private one."""
    if not is_shared(url):
        return False
    host = str(postgresql("place").host(url))
    if is_address(host):
        return ipaddress.ip_address(host).is_global
    return "." in host.rstrip(".") and not host.startswith("/")


def folder_of(url: str, wanted: str = "") -> Path:
    """Where what belongs to the store, but is not in it, lies on this machine: in `wanted`, else
    beside a store that is a file."""
    if wanted:
        return Path(wanted)
    return _FOLDER if is_shared(url) else path_of(url).parent


def clock_difference(url: str, clock: Clock) -> float:
    """By how many seconds our clock is ahead of the server's that has the store. Raises
    StartError."""
    return float(postgresql("place").clock_difference(url, clock))


def shared_secret(url: str, name: str, fresh: str) -> str:
    """The secret `name` that all who share the store have: `fresh` from now on where it has none.
    Raises StartError."""
    return str(postgresql("place").shared_secret(url, name, fresh))
