"""Settings written as the TOML that reads the same. Pure.

Every basic string of JSON is one of TOML (but for DEL, which no setting may hold).
"""

import json
from collections.abc import Iterator, Mapping

import msgspec

from twofifty.settings import Settings

_TABLES = ("sources", "providers", "reach")


def toml_of(settings: Settings, without: frozenset[str] = frozenset()) -> str:
    """The text of a `twofifty.toml`; `without` are names that are stated elsewhere."""
    told = msgspec.to_builtins(settings)
    plain = {k: v for k, v in told.items() if k not in without and k not in _TABLES}
    return "\n".join([*_rows(plain), *_tables(told)]) + "\n"


def _tables(told: Mapping[str, object]) -> Iterator[str]:
    for group in _TABLES:
        tables = told[group]
        if not isinstance(tables, Mapping):
            continue
        for name, table in tables.items():
            yield f"\n[{group}.{_value(name)}]"
            yield from _rows({**table, **table.get("options", {})}, frozenset({"options"}))


def _rows(table: Mapping[str, object], without: frozenset[str] = frozenset()) -> Iterator[str]:
    for name, value in table.items():
        if value is not None and name not in without:
            yield f"{_value(name)} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(_rows(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
