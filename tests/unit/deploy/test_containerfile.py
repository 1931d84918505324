"""The image: few things in it, no root, nothing that moves by itself, nothing secret."""

import fnmatch
import json
import re
from pathlib import Path

import pytest

from tests.unit.deploy.files import DEPLOY, compose, instructions
from tools.structure import ROOT

LINES = instructions()


def _said(name: str) -> list[str]:
    return [words for instruction, words in LINES if instruction == name]


def _copied() -> list[str]:
    """What is copied from the repository, not from another stage."""
    return [
        path
        for words in _said("COPY")
        if not words.startswith("--from")
        for path in words.split()[:-1]
    ]


def test_the_image_is_built_in_one_stage_and_run_in_another() -> None:
    assert [words.split()[-1] for words in _said("FROM")] == ["build", "run"]
    (copied,) = [words for words in _said("COPY") if words.startswith("--from")]
    assert copied.startswith("--from=build ")


def test_every_file_that_is_copied_exists() -> None:
    assert len(_copied()) > 5
    assert not [path for path in _copied() if not (ROOT / path).exists()]


def test_no_image_moves_by_itself() -> None:
    (default,) = [words.partition("=")[2] for words in _said("ARG") if words.startswith("PYTHON=")]
    images = [default, *(one["image"] for one in compose()["services"].values())]
    tags = [image.rpartition("/")[2].partition(":")[2] for image in images]
    assert all(re.match(r"\d", tag) for tag in tags), images


def test_the_image_runs_on_a_python_that_the_product_supports() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (default,) = [words for words in _said("ARG") if words.startswith("PYTHON=")]
    version = re.search(r"python:(\d+\.\d+)-slim", default)
    assert version
    assert f"Programming Language :: Python :: {version[1]}" in project


def test_every_package_of_the_image_is_pinned_by_hash() -> None:
    installs = [
        words for words in _said("RUN") for words in words.split("&&") if "install" in words
    ]
    from_registry = [words for words in installs if "-r requirements/" in words]
    assert len(from_registry) == 2
    assert all("--require-hashes" in words for words in from_registry)
    others = [words for words in installs if "pip" in words and words not in from_registry]
    assert all("--no-index" in words for words in others)


def test_the_image_brings_the_drivers_of_every_store_and_broker() -> None:
    pins = (ROOT / "requirements" / "scale.txt").read_text("utf-8")
    for driver in ("asyncpg", "greenlet", "pamqp", "aiobotocore"):
        assert f"\n{driver}==" in f"\n{pins}"


def test_the_image_is_pinned_to_the_versions_that_are_tested() -> None:
    pins = {
        name: set(re.findall(r"^([a-z0-9-]+==[^ ;]+)", (ROOT / name).read_text("utf-8"), re.M))
        for name in ("requirements/scale.txt", "requirements/dev.txt")
    }
    assert pins["requirements/scale.txt"]
    assert pins["requirements/scale.txt"] <= pins["requirements/dev.txt"]


def test_the_process_is_no_root_and_hears_the_signal_itself() -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", _said("USER")[-1])
    assert json.loads(_said("ENTRYPOINT")[-1]) == ["twofifty"]
    assert json.loads(_said("CMD")[-1]) == ["serve"]
    names = [name for name, _ in LINES]
    assert names.index("USER") > max(at for at, name in enumerate(names) if name == "RUN")


def test_the_health_check_is_a_program_of_the_image() -> None:
    words = json.loads(_said("HEALTHCHECK")[-1].partition("CMD ")[2])
    assert words[0] == "python"
    assert any(f"{words[1]}" in copied for copied in _said("COPY"))


def test_nothing_secret_is_built_in() -> None:
    for words in [*_said("ENV"), *_said("ARG")]:
        assert not re.search(r"SECRET|PASSWORD|API_KEY|_URL", words)


def test_whatever_is_copied_is_let_through_by_both_ignore_files() -> None:
    rules = _rules(ROOT / ".containerignore")
    assert rules == _rules(DEPLOY / "Containerfile.dockerignore")
    assert rules[0] == "*"
    allowed = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]
    for path in _copied():
        assert any(fnmatch.fnmatch(path.rstrip("/") + "/", f"{rule}/*") for rule in allowed), path


def _rules(path: Path) -> list[str]:
    rows = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [row for row in rows if row and not row.startswith("#")]


@pytest.mark.parametrize("name", ["twofifty", "api", "worker", "migrate"])
def test_a_container_of_ours_can_do_little(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
