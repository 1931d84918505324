"""The plain language against Shopify's own specification of Liquid.

Every case that does not come out as specified is in `shopify_spec_known.txt`, under its reason. A
case that begins to pass, or to fail, makes this test fail until the list says so.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from twofifty.compose.context import TemplateError
from twofifty.compose.liquid import render_plain

FOLDER = Path("../shared/corpora/template-spec/shopify-liquid-spec")
KNOWN = Path(__file__).with_name("shopify_spec_known.txt")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no corpus at {FOLDER}")


def test_every_case_is_as_specified_or_listed_with_its_reason() -> None:
    failed = {name for name, case in cases() if not as_specified(case)}
    listed = set(known())
    assert sorted(failed - listed) == []
    assert sorted(listed - failed) == []


def test_nine_of_ten_cases_are_as_specified() -> None:
    assert len(known()) < len(list(cases())) / 10


def known() -> list[str]:
    """The names in the list; a line that ends in a colon is a reason."""
    rows = KNOWN.read_text(encoding="utf-8").splitlines()
    return [row.strip() for row in rows if row.startswith("  ")]


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """All cases but those whose data are objects of Ruby."""
    for path in sorted(FOLDER.glob("*.yml")):
        document = read(path.read_text(encoding="utf-8"))
        shared = document.get("_metadata") or {} if isinstance(document, dict) else {}
        found = document["specs"] if isinstance(document, dict) else document
        for number, case in enumerate(found):
            if not of_ruby(case.get("environment")):
                yield f"{path.stem} {number} {case['name']}", {**shared, **case}


def as_specified(case: dict[str, Any]) -> bool:
    errors = case.get("errors") or {}
    files = case.get("filesystem") or {}
    partials = {name.removesuffix(".liquid"): text for name, text in files.items()}
    try:
        text = render_plain(case["template"], case.get("environment") or {}, partials)
    except TemplateError:
        return bool({"parse_error", "render_error"} & set(errors))
    if "output" in errors:
        return all(str(part) in text for part in errors["output"])
    return not errors and text == case.get("expected")


def of_ruby(value: object, depth: int = 0) -> bool:
    """Whether data hold a marker of an object that the test's own host makes."""
    if depth > 20:
        return False
    if isinstance(value, dict):
        named = any(str(key).startswith("instantiate:") for key in value)
        return named or any(of_ruby(each, depth + 1) for each in value.values())
    if isinstance(value, list):
        return any(of_ruby(each, depth + 1) for each in value)
    return isinstance(value, str) and value.startswith("instantiate:")


def read(text: str) -> Any:
    """A YAML document; hashes as keys become text, lists may hold themselves."""
    loader = yaml.SafeLoader(text)
    node = loader.get_single_node()
    assert node is not None
    return value_of(loader, node, {})


def value_of(loader: yaml.SafeLoader, node: yaml.Node, seen: dict[int, Any]) -> Any:
    if id(node) in seen:
        return seen[id(node)]
    if isinstance(node, yaml.MappingNode):
        mapping = seen[id(node)] = {}
        for key, each in node.value:
            name = value_of(loader, key, seen)
            name = repr(name) if isinstance(name, dict | list) else name
            mapping[name] = value_of(loader, each, seen)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        sequence = seen[id(node)] = []
        sequence += [value_of(loader, each, seen) for each in node.value]
        return sequence
    standard = node.tag.startswith("tag:yaml.org")
    return loader.construct_object(node) if standard else str(node.value)
