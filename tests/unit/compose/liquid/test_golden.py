"""The plain language against the golden Liquid cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from twofifty.compose.context import TemplateError
from twofifty.compose.liquid import render_plain

FOLDER = Path("../shared/corpora/template-spec")
GOLDEN = FOLDER / "golden-liquid/golden_liquid_dev.json"
BENCH = FOLDER / "golden-liquid-bench"
CASES: list[dict[str, Any]] = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else []

needs_bench = pytest.mark.skipif(not BENCH.is_dir(), reason=f"no corpus at {BENCH}")


@pytest.mark.skipif(not CASES, reason=f"no corpus at {GOLDEN}")
def test_every_golden_case_renders_as_it_should() -> None:
    failed = [case["name"] for case in CASES if not _as_it_should(case)]
    assert len(CASES) > 600
    assert not failed


def _as_it_should(case: dict[str, Any]) -> bool:
    try:
        text = render_plain(case["template"], case.get("data", {}), case.get("templates", {}))
    except TemplateError:
        return bool(case.get("invalid"))
    return not case.get("invalid") and text in (case.get("result"), *case.get("results", ()))


def _in_2025(source: str) -> str:
    """A page that prints the year was expected in this one."""
    return source.replace('"now"', '"2025-06-01"').replace("'now'", "'2025-06-01'")


@needs_bench
@pytest.mark.parametrize("number", ["001", "006"])
def test_a_whole_page_with_partials_renders_as_it_should(number: str) -> None:
    sources = {
        path.name.removeprefix(f"{number}__templates__").removesuffix(".liquid"): _in_2025(
            path.read_text()
        )
        for path in BENCH.glob(f"{number}__templates__*.liquid")
    }
    data = BENCH / f"{number}__data.json"
    given = json.loads(data.read_text()) if data.exists() else {}
    expected = (BENCH / f"{number}__expected_result.txt").read_text()
    partials = {**sources, **{f"{name}.liquid": text for name, text in sources.items()}}
    assert render_plain(sources["index"], given, partials).split() == expected.split()
