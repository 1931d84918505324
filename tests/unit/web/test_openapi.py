import re
from datetime import date
from typing import Any

import httpx2
import pytest

from tests.unit.web.shop import PAGE_SECRET, Shop
from twofifty.track import unsubscribe
from twofifty.track.token import issue
from twofifty.web.app import web_app
from twofifty.web.openapi import openapi
from twofifty.web.operation import Operation
from twofifty.web.routes import OPERATIONS

Json = dict[str, Any]

DOCUMENT = openapi(OPERATIONS, "http://127.0.0.1:2500", "1.0")


def faults(value: Any, schema: Json, place: str = "$") -> list[str]:
    """What of `value` its JSON Schema does not say: the keywords that msgspec writes, and every
    property must be known."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return faults(value, DOCUMENT["components"]["schemas"][name], place)
    if "anyOf" in schema:
        tried = [faults(value, option, place) for option in schema["anyOf"]]
        return min(tried, key=len)
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{place}: {value!r} is not in the enum"]
    if "const" in schema:
        return [] if value == schema["const"] else [f"{place}: not {schema['const']!r}"]
    return _typed(value, schema, place)


TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list,
    "object": dict, "null": type(None),
}  # fmt: skip


def _typed(value: Any, schema: Json, place: str) -> list[str]:
    kind = schema.get("type")
    if kind and not isinstance(value, TYPES[kind]):
        return [f"{place}: {value!r} is not of type {kind}"]
    if kind == "array":
        items = schema.get("items", {})
        return [f for i, each in enumerate(value) for f in faults(each, items, f"{place}[{i}]")]
    return _object(value, schema, place) if kind == "object" else []


def _object(value: Json, schema: Json, place: str) -> list[str]:
    missing = [f"{place}.{k} is missing" for k in schema.get("required", []) if k not in value]
    other = schema.get("additionalProperties", "properties" not in schema)
    found: list[str] = []
    for key, each in value.items():
        if key in schema.get("properties", {}):
            found += faults(each, schema["properties"][key], f"{place}.{key}")
        elif other is False:
            found.append(f"{place}.{key} is not described")
        elif isinstance(other, dict):
            found += faults(each, other, f"{place}.{key}")
    return missing + found


def strings(node: Any, key: str) -> list[str]:
    """Every string under `key` anywhere in `node`."""
    if isinstance(node, dict):
        own = [node[key]] if isinstance(node.get(key), str) else []
        return own + [each for value in node.values() for each in strings(value, key)]
    if isinstance(node, list | tuple):
        return [each for value in node for each in strings(value, key)]
    return []


def test_the_checker_itself_finds_what_is_wrong() -> None:
    view = DOCUMENT["components"]["schemas"]["EventView"]
    good = {"id": "e", "source": "s", "topic": "t", "outcome": "o", "received_at": "2026"}
    assert faults(good, view) == []
    assert faults({**good, "repeats": "1"}, view)
    assert faults({"id": "e"}, view)
    assert faults("text", view)


def test_every_route_is_in_the_document_and_nothing_else(visitor: httpx2.Client) -> None:
    served = visitor.get("/openapi.json").json()
    documented = {
        (method.upper(), path) for path, item in served["paths"].items() for method in item
    }
    assert documented == {(each.method, each.path) for each in OPERATIONS}


def test_every_documented_operation_is_routed(api: httpx2.Client) -> None:
    for path, item in DOCUMENT["paths"].items():
        allowed = api.options(
            path.format(source="shop", id="1", version="live", token="x", provider="p")
        ).headers["allow"]
        assert {method.upper() for method in item} <= set(allowed.split(", "))


def test_the_document_is_sound() -> None:
    operations = [entry for item in DOCUMENT["paths"].values() for entry in item.values()]
    names = [entry["operationId"] for entry in operations]
    assert len(names) == len(set(names))
    assert DOCUMENT["openapi"].startswith("3.1")
    for path, item in DOCUMENT["paths"].items():
        for entry in item.values():
            places = {each["name"] for each in entry.get("parameters", []) if each["in"] == "path"}
            assert places == set(re.findall(r"{(\w+)}", path))
            assert entry["summary"]
            assert all(answer["description"] for answer in entry["responses"].values())


def test_every_reference_leads_somewhere() -> None:
    references = strings(DOCUMENT, "$ref")
    assert references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in DOCUMENT["components"]["schemas"]


READABLE = [each for each in OPERATIONS if each.method == "GET"]


@pytest.mark.parametrize("operation", READABLE, ids=lambda each: each.name)
def test_an_answer_is_what_its_schema_says(
    operation: Operation, api: httpx2.Client, shop: Shop
) -> None:
    identity = "61001" if "/orders/" in operation.path else "m_0001"
    identity = "e_0001" if "/events/{id}" in operation.path else identity
    token = issue(PAGE_SECRET, "shop", "61001", date(2030, 1, 1))
    if operation.path == "/u/{token}":
        leaving = unsubscribe.Leaving("buyer@example.net", "service", "m_0001")
        token = unsubscribe.issue(PAGE_SECRET, leaving)
    answer = api.get(operation.path.format(source="shop", id=identity, token=token))
    described = DOCUMENT["paths"][operation.path]["get"]["responses"][str(answer.status_code)]
    media = answer.headers["content-type"].partition(";")[0]
    assert answer.status_code == 200
    assert list(described["content"]) == [media]
    schema = described["content"][media]["schema"]
    if schema:
        assert faults(answer.json(), schema) == []


def test_hot_answers_are_what_their_schema_says(api: httpx2.Client) -> None:
    for path, status in (("/v1/orders", 202), ("/v1/events", 202), ("/hooks/shop", 200)):
        answer = api.post(path, content=b"{}")
        template = path.replace("/hooks/shop", "/hooks/{source}")
        described = DOCUMENT["paths"][template]["post"]["responses"][str(status)]
        schema = described["content"]["application/json"]["schema"]
        assert answer.status_code == status
        assert faults(answer.json(), schema) == []


def test_a_problem_is_what_its_schema_says(api: httpx2.Client) -> None:
    schema = DOCUMENT["components"]["schemas"]["ProblemDocument"]
    for path in ("/v1/messages?status=x", "/v1/messages/x", "/nix"):
        assert faults(api.get(path).json(), schema) == []


def test_the_page_shows_every_operation_with_a_command(visitor: httpx2.Client) -> None:
    answer = visitor.get("/docs", headers={"accept": "text/html"})
    for operation in OPERATIONS:
        assert f'id="{operation.name}"' in answer.text
    assert answer.text.count("curl ") >= len(OPERATIONS)
    assert "http://127.0.0.1:2500/v1/orders" in answer.text


def test_the_app_is_made_from_the_same_table(shop: Shop) -> None:
    assert callable(web_app(shop.services()))
    assert len({(each.method, each.path) for each in OPERATIONS}) == len(OPERATIONS)
