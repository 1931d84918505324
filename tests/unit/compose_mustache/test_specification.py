"""The Mustache specification, case by case: all but lambdas."""

import json
from pathlib import Path

import pytest

from twofifty.compose.mustache import SPEC, compile_template

FILE = Path(__file__).parents[4] / "shared/corpora/template-spec/mustache/mustache_spec_dev.json"


def _cases() -> list:
    if not FILE.exists():
        reason = pytest.mark.skip(reason=f"no Mustache specification at {FILE}")
        return [pytest.param({}, marks=reason, id="absent")]
    modules = json.loads(FILE.read_text())
    return [
        pytest.param(case, id=f"{module}: {case['name']}")
        for module in modules
        if module != "~lambdas"
        for case in modules[module]
    ]


@pytest.mark.parametrize("case", _cases())
def test_a_case_of_the_specification_renders_as_expected(case: dict) -> None:
    template = compile_template(case["template"], case.get("partials", {}), SPEC)
    assert template.render(case["data"]) == case["expected"]
