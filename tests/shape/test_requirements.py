"""Pinned dependencies: complete, hashed, few, small, and from nowhere but the public registry."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tools.structure import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
MOST_PACKAGES = 60
MOST_BYTES = 150 * 1024 * 1024

_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)(.*)$")


def _entries(file: Path) -> list[str]:
    """One string a package: its pin and its hashes, continued lines joined."""
    said = re.sub(r"\\\n", " ", file.read_text(encoding="utf-8"))
    return [
        line for line in said.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]


def _pins(file: Path) -> dict[str, str]:
    found = (_PIN.match(entry) for entry in _entries(file))
    return {match[1]: match[2] for match in found if match}


def _name(requirement: str) -> str:
    return re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0].lower().replace("_", "-")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_line_is_a_pin_with_hashes_and_nothing_else(file: Path) -> None:
    odd = [
        entry
        for entry in _entries(file)
        if not (_PIN.match(entry) and "--hash=sha256:" in entry and "://" not in entry)
    ]
    assert not odd


def test_every_declared_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, dev = _pins(ROOT / "requirements/runtime.txt"), _pins(ROOT / "requirements/dev.txt")
    build = _pins(ROOT / "requirements/build.txt")
    groups = project["dependency-groups"]
    assert {_name(one) for one in project["project"]["dependencies"]} <= set(runtime)
    assert {_name(one) for one in groups["build"]} <= set(build)
    assert {_name(one) for one in groups["dev"]} <= set(dev)


def test_tools_bring_no_other_version_of_what_the_product_runs_on() -> None:
    runtime, dev = _pins(ROOT / "requirements/runtime.txt"), _pins(ROOT / "requirements/dev.txt")
    build = _pins(ROOT / "requirements/build.txt")
    assert runtime | build == {name: dev[name] for name in runtime | build}


def test_the_core_install_is_few_packages() -> None:
    assert len(_pins(ROOT / "requirements/runtime.txt")) <= MOST_PACKAGES


def test_the_core_install_is_small() -> None:
    sizes = {name: _installed_bytes(name) for name in _pins(ROOT / "requirements/runtime.txt")}
    assert sizes["starlette"] > 0
    assert sum(sizes.values()) <= MOST_BYTES


def _installed_bytes(name: str) -> int:
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:  # meant for another platform
        return 0
    paths = [Path(str(file.locate())) for file in files]
    return sum(path.stat().st_size for path in paths if path.is_file())
