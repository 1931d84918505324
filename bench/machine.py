"""What a figure was measured on."""

import platform
import shutil
import subprocess
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

import twofifty

PACKAGES = ("msgspec", "uvicorn", "uvloop", "zstandard", "starlette", "asyncpg", "pamqp")


class Machine(msgspec.Struct, frozen=True):
    """`load`: how many processes wanted a core in the last minute, before the benchmark began."""

    at: str
    commit: str
    python: str
    system: str
    processor: str
    cores: int
    memory_gb: float
    load: float
    packages: dict[str, str]


def machine() -> Machine:
    """This one, now."""
    return Machine(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=_commit(),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        processor=_processor(),
        cores=_said("/proc/cpuinfo").count("processor\t"),
        memory_gb=round(int(_field("/proc/meminfo", "MemTotal").split()[0]) / 1e6, 1),
        load=float(_said("/proc/loadavg").split()[0]),
        packages={name: found for name in PACKAGES if (found := _version(name))},
    )


@cache
def _commit() -> str:
    """Of the sources, with a `+` where they have been changed since; for sources that lie elsewhere
    (PYTHONPATH) the name of their folder."""
    home = Path(twofifty.__file__).parents[2]
    if home != Path(__file__).parents[1]:
        return home.name
    if shutil.which("git") is None:
        return ""
    head = _git("rev-parse", "--short", "HEAD")
    return head + ("+" if _git("status", "--porcelain", "--", "src") else "")


def _git(*words: str) -> str:
    said = subprocess.run(
        ("git", "--no-optional-locks", *words), capture_output=True, text=True, check=False
    )
    return said.stdout.strip()


def _processor() -> str:
    return _field("/proc/cpuinfo", "model name")


def _field(file: str, name: str) -> str:
    found = (line for line in _said(file).splitlines() if line.startswith(name))
    return next(found, ": 0").partition(":")[2].strip()


def _said(file: str) -> str:
    return Path(file).read_text(encoding="utf-8")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
