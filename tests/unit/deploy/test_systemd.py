"""The units: systemd reads them, they may do little, and a service may finish what it has begun."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.deploy.files import DRAIN_SECONDS, UNITS, unit

MOST_EXPOSED = 25
"""Of systemd's own scale, in tenths; an unguarded service has 96."""


def _value(path: Path, key: str) -> str:
    return [value for name, value in unit(path) if name == key][-1]


def _analyzed(path: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What `systemd-analyze` says of it on a machine without the program and its user."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text("utf-8"), flags=re.M)
    copy = folder / path.name.replace("@.", "@1.")
    copy.write_text(re.sub(r"^(User|Group)=\w+", r"\1=root", text, flags=re.M), encoding="utf-8")
    command = ("systemd-analyze", *words, str(copy))
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_there_is_a_unit_for_one_machine_and_one_for_each_role() -> None:
    names = [path.name for path in UNITS]
    assert names == ["twofifty-api.service", "twofifty-worker@.service", "twofifty.service"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_reads_it_without_a_word(path: Path, tmp_path: Path) -> None:
    said = _analyzed(path, tmp_path, "verify")
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_service_is_little_exposed(path: Path, tmp_path: Path) -> None:
    words = ("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}")
    said = _analyzed(path, tmp_path, *words)
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_service_may_finish_what_it_has_begun(path: Path) -> None:
    assert int(_value(path, "TimeoutStopSec")) > DRAIN_SECONDS


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_its_processes_see_which_of_them_live(path: Path) -> None:
    """Else one would end the leases of another that it takes for dead."""
    assert (
        not {"PrivateUsers", "ProtectProc", "ProcSubset", "PrivatePIDs"} & dict(unit(path)).keys()
    )


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_it_writes_where_it_works_and_every_secret_is_a_credential(path: Path) -> None:
    assert _value(path, "WorkingDirectory") in _value(path, "ReadWritePaths").split()
    given = {value.partition(":")[0] for key, value in unit(path) if key == "LoadCredential"}
    asked = {
        value.partition("=%d/")[2]
        for key, value in unit(path)
        if key == "Environment" and "_FILE=" in value
    }
    assert given == asked
