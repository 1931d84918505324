"""The alerts: every metric is one that a process tells, every page and verb in them is there."""

import re
import shutil
import subprocess
from typing import Any

import pytest
from typer.main import get_command

from tests.unit.deploy.files import DEPLOY, documents, of_kind
from tools.structure import ROOT
from twofifty import telemetry
from twofifty.cli.main import app

RULES: list[dict[str, Any]] = [
    rule
    for document in documents(DEPLOY / "prometheus" / "alerts.yaml")
    for group in document["groups"]
    for rule in group["rules"]
]
PARTS = {"counter": ("_total", "_created"), "histogram": ("_bucket", "_sum", "_count")}


def _known() -> set[str]:
    """Every series that the service tells, and those that the rules themselves record."""
    families = [one for r in (telemetry.INTAKE, telemetry.DELIVERY) for one in r.collect()]
    counted = {one.name + part for one in families for part in PARTS.get(one.type, ("",))}
    faces = (ROOT / "src" / "twofifty" / "cli" / "faces.py").read_text("utf-8")
    return counted | set(re.findall(r"twofifty_\w+", faces)) | {"up"}


def test_every_metric_of_a_rule_is_one_that_a_process_tells() -> None:
    recorded = {rule["record"] for rule in RULES if "record" in rule}
    said = {name for rule in RULES for name in re.findall(r"\btwofifty[_:]\w+", rule["expr"])}
    assert len(said) > 10
    assert not said - _known() - recorded


def test_what_workers_are_scaled_by_is_recorded() -> None:
    recorded = {rule["record"].replace(":", "_") for rule in RULES if "record" in rule}
    metrics = [
        metric["external"]["metric"]["name"]
        for one in of_kind("HorizontalPodAutoscaler")
        for metric in one["spec"]["metrics"]
        if metric["type"] == "External"
    ]
    assert metrics
    assert set(metrics) <= recorded


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    for rule in (rule for rule in RULES if "alert" in rule):
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "what"}


def test_every_page_and_verb_that_an_alert_names_is_there() -> None:
    texts = " ".join(rule["annotations"]["what"] for rule in RULES if "alert" in rule)
    pages = re.findall(r"docs/[\w/-]+\.md", texts)
    assert pages
    assert not [page for page in pages if not (ROOT / page).exists()]
    verbs = set(re.findall(r"twofifty ([a-z]+)", texts))
    assert verbs
    assert verbs <= set(getattr(get_command(app), "commands", {}))


@pytest.mark.parametrize(
    "words", [("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")]
)
def test_prometheus_takes_the_rules_and_they_fire_when_they_should(words: tuple[str, ...]) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    said = subprocess.run(
        ("promtool", *words),
        cwd=DEPLOY / "prometheus",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert said.returncode == 0, said.stdout + said.stderr
