"""The whole openspf.org test suite of RFC 7208, from the corpora."""

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.deliver.posture.zone import Zone, answered
from twofifty.deliver.posture.dns import Answer, Kind
from twofifty.deliver.posture.spf.evaluate import Sending, evaluate

SUITE = Path(__file__).parents[5] / "shared/corpora/mail-auth/spf-suite/rfc7208-tests.yml"
KINDS: tuple[Kind, ...] = ("A", "AAAA", "MX", "TXT", "PTR")


class _Latin(yaml.SafeLoader):
    """YAML whose `\\xNN` are bytes."""


def _scenarios() -> list[dict[str, Any]]:
    if not SUITE.exists():
        return []
    return list(yaml.load_all(SUITE.read_text(encoding="utf-8"), Loader=_Latin))


def _cases() -> Iterator[Any]:
    for scenario in _scenarios():
        zone = _zone(scenario["zonedata"])
        for name, case in scenario["tests"].items():
            yield pytest.param(zone, case, id=f"{scenario['description']}-{name}")


def _zone(data: dict[str, list[Any]]) -> Zone:
    aliases = {
        name.lower(): entry["CNAME"].lower()
        for name, entries in data.items()
        for entry in entries
        if isinstance(entry, dict) and "CNAME" in entry
    }
    zone: dict[tuple[str, Kind], Answer] = {}
    for name, entries in data.items():
        for kind in KINDS:
            found = _answer(entries, kind)
            if found is not None:
                zone[name.lower(), kind] = found
    for alias, target in aliases.items():
        for kind in KINDS:
            if (target, kind) in zone:
                zone[alias, kind] = zone[target, kind]
    return zone


def _answer(entries: list[Any], kind: Kind) -> Answer | None:
    values: list[str] = []
    said = [entry for entry in entries if isinstance(entry, dict)]
    wanted = ("SPF", "TXT") if kind == "TXT" and not any("TXT" in one for one in said) else (kind,)
    for entry in entries:
        if entry == "TIMEOUT":
            return Answer(tuple(values)) if values else Answer(unknown="no answer in time")
        for key in wanted:
            if key in entry and entry[key] == "TIMEOUT":
                return Answer(unknown="no answer in time")
            if key in entry and entry[key] != "NONE":
                values.append(_text(entry[key], kind))
    return Answer(tuple(values)) if values else None


def _text(value: Any, kind: Kind) -> str:
    if kind == "MX":
        return f"{value[0]} {value[1].rstrip('.')}"
    if isinstance(value, list):
        return "".join(value)
    return str(value) if kind == "TXT" else str(value).rstrip(".")


@pytest.mark.skipif(not SUITE.exists(), reason="the SPF suite of the corpora is not here")
def test_the_suite_is_whole() -> None:
    assert sum(len(scenario["tests"]) for scenario in _scenarios()) == len(list(_cases())) > 190


@pytest.mark.parametrize(("zone", "case"), list(_cases()))
def test_the_result_is_what_the_suite_says(zone: Zone, case: dict[str, Any]) -> None:
    sending = Sending(ipaddress.ip_address(case["host"]), case["mailfrom"], case["helo"])
    found = answered(evaluate(sending), zone)
    wanted = case["result"] if isinstance(case["result"], list) else [case["result"]]
    assert found.result in wanted, found.why
