"""Query parameters from one Struct, which parses, explains and documents them. Pure."""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from twofifty.errors import Problem
from twofifty.web.problem import trouble

Q = TypeVar("Q")


def read_parameters(items: Iterable[tuple[str, str]], kind: type[Q]) -> Q:
    """`kind` from a query string's pairs. An empty value counts as not given.

    Raises Trouble 400 with one entry for every parameter that is unknown, repeated or unusable,
    and what would be allowed.
    """
    known = properties(kind)
    given: dict[str, str] = {}
    faults: list[Problem] = []
    for name, value in items:
        fault = _fault(name, value, known, given)
        if fault:
            faults.append(Problem(f"query.{name}", fault))
        elif value:
            given[name] = value
    if faults:
        raise trouble("bad-parameter", faults[0].message, tuple(faults))
    return msgspec.convert(given, kind, strict=False)


def properties(kind: type[Any]) -> dict[str, dict[str, Any]]:
    """Name of each parameter -> its JSON Schema, in order, without the `null` of optional ones."""
    (described,), components = msgspec.json.schema_components((kind,))
    schema = components[described["$ref"].rpartition("/")[2]]
    return {name: _plain(entry) for name, entry in schema["properties"].items()}


def allowed(schema: dict[str, Any]) -> str:
    """What a parameter may be, for people."""
    if "enum" in schema:
        return "one of " + ", ".join(str(word) for word in schema["enum"])
    if schema.get("type") == "integer":
        low, high = schema.get("minimum"), schema.get("maximum")
        return f"a whole number from {low} to {high}" if high else f"a whole number from {low}"
    return f"text of at most {schema.get('maxLength', 500)} characters"


def _fault(name: str, value: str, known: dict[str, Any], given: dict[str, str]) -> str | None:
    if name not in known:
        return f"{name} is not a parameter here; these are: {', '.join(known) or 'none'}"
    if name in given:
        return f"{name} is given twice"
    if value and not _fits(value, known[name]):
        return f"{name} must be {allowed(known[name])}"
    return None


def _fits(value: str, schema: dict[str, Any]) -> bool:
    if "enum" in schema:
        return value in schema["enum"]
    if schema.get("type") == "integer":
        return _whole(value) and schema["minimum"] <= int(value) <= schema.get("maximum", 2**63 - 1)
    return len(value) <= int(schema.get("maxLength", 500))


def _whole(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 19


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """An optional field's schema as its value's: `anyOf` with `null` taken apart."""
    options = [entry for entry in schema.get("anyOf", ()) if entry.get("type") != "null"]
    flat = {key: value for key, value in schema.items() if key != "anyOf"}
    for option in options[:1]:
        flat |= {key: value for key, value in option.items() if key not in flat}
    if isinstance(flat.get("enum"), list):
        flat["enum"] = [word for word in flat["enum"] if word is not None]
    if flat.get("default", 0) is None:
        del flat["default"]
    return flat
