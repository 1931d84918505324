"""Signatures against published and generated vectors."""

import json
from pathlib import Path

import pytest

from twofifty.adapters import registry
from twofifty.intake.ports import Hook

VECTORS = Path("../shared/corpora/signatures/all/vectors_dev.jsonl")


def vectors(platform: str) -> list[dict[str, object]]:
    if not VECTORS.exists():
        pytest.skip(f"no signature vectors at {VECTORS}")
    lines = VECTORS.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [vector for vector in found if vector["platform"] == platform]


@pytest.mark.parametrize("kind", ["shopify", "woocommerce"])
def test_every_vector_is_judged_as_the_platform_does(kind: str) -> None:
    source = registry.source(kind)
    judged = {"valid": 0, "invalid": 0}
    for vector in vectors(kind):
        headers = vector["headers"]
        assert isinstance(headers, dict)
        lower = {name.lower(): value for name, value in headers.items()}
        hook = Hook(lower, str(vector["body"]).encode())
        assert source.verified(hook, (str(vector["secret"]),)) == (vector["expect"] == "valid")
        judged[str(vector["expect"])] += 1
    assert judged["valid"] >= 5
    assert judged["invalid"] >= 5
