"""`twofifty templates render` does what the public specifications of both languages say."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from twofifty.cli.templates_render import Engine, rendered
from twofifty.compose.context.error import TemplateError

FOLDER = Path("../shared/corpora/template-spec")
MUSTACHE = FOLDER / "mustache/mustache_spec_dev.json"
GOLDEN = FOLDER / "golden-liquid/golden_liquid_dev.json"
needs_corpora = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no specifications at {FOLDER}")

Case = dict[str, Any]


def loaded(path: Path) -> list[Case]:
    """The cases of a file, whatever it wraps them in."""
    return list(_cases(json.loads(path.read_text(encoding="utf-8")))) if path.exists() else []


def _cases(value: Any) -> Any:
    if isinstance(value, dict) and isinstance(value.get("template"), str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _cases(inner)


SPEC = loaded(MUSTACHE)


def is_lambda(case: Case) -> bool:
    """Lambdas are off: a mail runs no code of its data."""
    return "__tag__" in json.dumps(case.get("data", ""))


def holds(engine: Engine, case: Case) -> bool:
    partials = case.get("partials") or case.get("templates") or {}
    try:
        text = rendered(engine, case["template"], case.get("data", {}), partials)
    except TemplateError:
        return bool(case.get("invalid"))
    wanted = (case.get("expected"), case.get("result"), *case.get("results", ()))
    return not case.get("invalid") and text in wanted


@needs_corpora
def test_every_case_of_the_mustache_specification_renders() -> None:
    cases = [case for case in SPEC if not is_lambda(case)]
    assert len(cases) >= 110
    assert [case["name"] for case in cases if not holds("mustache", case)] == []


@needs_corpora
def test_every_golden_case_of_liquid_renders() -> None:
    cases = loaded(GOLDEN)
    failed = [case["name"] for case in cases if not holds("liquid", case)]
    assert len(cases) > 600
    assert failed == []


@needs_corpora
def test_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    processes("mustache", 1, tmp_path)


@pytest.mark.slow
@needs_corpora
@pytest.mark.parametrize("engine", ["mustache", "liquid"])
def test_ten_processes_say_the_same(engine: Engine, tmp_path: Path) -> None:
    processes(engine, 5, tmp_path)


def processes(engine: Engine, count: int, tmp_path: Path) -> None:
    """So many cases, each by the command line, as anybody would run it."""
    cases = [case for case in (SPEC if engine == "mustache" else loaded(GOLDEN)) if usable(case)]
    for number, case in enumerate(cases[:: len(cases) // count][:count]):
        ran = run(engine, case, tmp_path / str(number))
        if case.get("invalid"):
            assert ran.returncode == 1
            assert ran.stderr.startswith(b"error: ")
        else:
            assert ran.returncode == 0, ran.stderr
            wanted = (case.get("expected"), case.get("result"), *case.get("results", ()))
            assert ran.stdout.decode() in wanted, case["name"]


def usable(case: Case) -> bool:
    """Whether a case can be written into files: its partials have names for it."""
    partials = case.get("partials") or case.get("templates") or {}
    return not is_lambda(case) and all(name.isidentifier() for name in partials)


def run(engine: Engine, case: Case, folder: Path) -> subprocess.CompletedProcess[bytes]:
    partials = case.get("partials") or case.get("templates") or {}
    (folder / "partials").mkdir(parents=True)
    for name, text in partials.items():
        (folder / "partials" / f"{name}.{engine}").write_bytes(text.encode())
    (folder / "t").write_bytes(case["template"].encode())
    (folder / "d.json").write_text(json.dumps(case.get("data", {})))
    words = ["templates", "render", str(folder / "t"), "--engine", engine]
    words += ["--data", str(folder / "d.json"), "--partials", str(folder / "partials")]
    command = [str(Path(sys.executable).with_name("twofifty")), *words]
    return subprocess.run(command, capture_output=True, timeout=120, check=False)
