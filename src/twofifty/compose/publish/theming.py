"""A theme stated anew: what a form says over what `theme.toml` said before."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

FIELDS: Final = ("logo", "font", "layout", "subjects", "footer")
COLOURS: Final = ("accent", "text", "background", "card")
SCHEMES: Final = ("light", "dark")


def stated(text: str) -> dict[str, str]:
    """What a theme states, by the names of a form: `logo`, `light.accent`; lines for a list."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
    plain: dict[str, str] = {name: _shown(found[name]) for name in FIELDS if name in found}
    for scheme in SCHEMES:
        table = found.get(scheme)
        if isinstance(table, dict):
            plain |= {f"{scheme}.{name}": _shown(table[name]) for name in COLOURS if name in table}
    return plain


def restated(text: str, form: Mapping[str, str]) -> str:
    """`theme.toml` with what a form says; a field left empty is not stated any more. Keys that the
    form does not know stay."""
    try:
        known: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        known = {}
    for name in FIELDS:
        _set(known, name, form.get(name, "").strip())
    for scheme in SCHEMES:
        table = dict(known.get(scheme) or {})
        for name in COLOURS:
            _set(table, name, form.get(f"{scheme}.{name}", "").strip())
        known[scheme] = table
    return "\n".join(_written(known)) + "\n"


def _set(table: dict[str, Any], name: str, value: str) -> None:
    table.pop(name, None)
    if value:
        rows = [row.strip() for row in value.splitlines() if row.strip()]
        table[name] = rows if name == "footer" else value


def _written(known: Mapping[str, Any]) -> Iterator[str]:
    plain = {name: value for name, value in known.items() if not isinstance(value, dict)}
    yield from (f"{name} = {_toml(value)}" for name, value in plain.items())
    for name, table in known.items():
        if isinstance(table, dict) and table:
            yield f"\n[{name}]"
            yield from (f"{key} = {_toml(value)}" for key, value in table.items())


def _toml(value: object) -> str:
    """JSON's texts, numbers and lists are TOML's too."""
    return json.dumps(value, ensure_ascii=False)


def _shown(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
