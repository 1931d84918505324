"""Which fields of a JSON object a frozen value cannot take, all of them, in words that help.

The library that converts stops at the first bad field; here every field is tried alone. Only
refused documents come this way, `unknown` apart.
"""

import difflib
import re
from functools import cache
from typing import NamedTuple

import msgspec
from msgspec import inspect

from twofifty.errors import Problem

MAX_PROBLEMS = 100

_ISSUE = re.compile(r"^(?P<issue>.*?)(?: - at `\$?(?P<path>.*)`)?$", re.DOTALL)
_WRONG_CONTAINER = re.compile(r"Expected `(?:array|object)[^`]*`, got `\w+`")
_ADVICE = (
    ("Invalid decimal", 'write a decimal number as a string, such as "12.50"'),
    ("Expected `decimal", 'write a decimal number as a string, such as "12.50"'),
    ("Invalid RFC3339", "write a time as RFC 3339 with an offset: 2026-01-31T09:30:00+01:00"),
    ("Expected `datetime` with a timezone", "add the offset: 2026-01-31T09:30:00+01:00"),
    ("Expected `datetime", "write a time as RFC 3339 with an offset: 2026-01-31T09:30:00+01:00"),
    ("Expected `str` matching regex '^[A-Z]{3}$'", "write an ISO 4217 code, such as EUR"),
    ("Expected `object", "write an object in braces"),
    ("Expected `array", "write a list in brackets"),
    ("Expected `int", "write a whole number"),
    ("Expected `bool", "write true or false"),
)


class _Shape(msgspec.Struct, frozen=True):
    """A struct's fields by their names on the wire, and which of them hold structs."""

    fields: dict[str, inspect.Field]
    kinds: dict[str, type]
    inner: dict[str, type]


def problems(value: object, kind: type, path: str = "") -> tuple[Problem, ...]:
    """Every bad field of `value` as a `kind`, in the order of the schema."""
    found: list[Problem] = []
    _collect(value, kind, path, found)
    return tuple(found[:MAX_PROBLEMS])


class _Names(NamedTuple):
    """A struct's names on the wire, and those of the structs that it holds."""

    names: frozenset[str]
    inner: "tuple[tuple[str, _Names], ...]"


def unknown(value: object, kind: type, path: str = "") -> tuple[Problem, ...]:
    """The fields of `value` that a `kind` does not have, each with the nearest that it has."""
    return () if _all_known(value, _names(kind)) else _unknown(value, kind, path)


def _all_known(value: object, known: _Names) -> bool:
    """The same in a word, with no places kept: what mostly comes has nothing strange in it."""
    if type(value) is dict:
        return _is_known(value, known)
    if type(value) is list:
        for one in value:
            if type(one) is dict and not _is_known(one, known):
                return False
    return True


def _is_known(value: dict[str, object], known: _Names) -> bool:
    names, inner = known
    if not names.issuperset(value):
        return False
    for name, below in inner:
        if (found := value.get(name)) and not _all_known(found, below):
            return False
    return True


def _unknown(value: object, kind: type, path: str) -> tuple[Problem, ...]:
    shape = _shape(kind)
    if not isinstance(value, dict):
        return ()
    found: tuple[Problem, ...] = ()
    if not value.keys() <= shape.fields.keys():
        strange = [name for name in value if name not in shape.fields]
        found = tuple(_strange(name, shape, path) for name in strange[:MAX_PROBLEMS])
    for name, child in shape.inner.items():
        if inner := value.get(name):
            for place, one in _each(inner, f"{path}{name}"):
                found += _unknown(one, child, f"{place}.")
    return found


def _strange(name: str, shape: _Shape, path: str) -> Problem:
    near = difflib.get_close_matches(name, shape.fields, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else ""
    return Problem(f"{path}{name}"[:200], f"not a field that is known here, it is not used{hint}")


def _each(value: object, path: str) -> list[tuple[str, object]]:
    if isinstance(value, list):
        return [(f"{path}[{at}]", item) for at, item in enumerate(value)]
    return [(path, value)]


def _collect(value: object, kind: type, path: str, found: list[Problem]) -> None:
    if not isinstance(value, dict):
        found.append(Problem(path.rstrip(".") or "body", "write an object in braces"))
        return
    shape = _shape(kind)
    for name, field in shape.fields.items():
        if name in value:
            _collect_field(value[name], (shape, name), f"{path}{name}", found)
        elif field.required:
            found.append(Problem(f"{path}{name}", "is required and missing"))


def _collect_field(
    value: object, field: tuple[_Shape, str], path: str, found: list[Problem]
) -> None:
    shape, name = field
    try:
        msgspec.convert(value, shape.kinds[name])
    except msgspec.ValidationError as fault:
        inner = _inner(value, (str(fault), shape.inner.get(name)), path)
        words = _words_in(shape.fields[name].type)
        found += inner or [_said(str(fault), value, path, words)]


def _inner(value: object, fault: tuple[str, type | None], path: str) -> list[Problem]:
    """What is wrong inside a field that holds structs; nothing where the field itself is wrong."""
    said, child = fault
    found: list[Problem] = []
    if child is None or _WRONG_CONTAINER.fullmatch(said):
        return found
    for place, one in _each(value, path):
        _collect(one, child, f"{place}.", found)
    return found


def _said(fault: str, value: object, path: str, words: tuple[str, ...]) -> Problem:
    if words and isinstance(value, str):
        near = difflib.get_close_matches(value.lower(), words, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        return Problem(path, f"write one of {', '.join(words)}{hint}")
    parts = _ISSUE.match(fault)
    issue, below = (parts["issue"], parts["path"] or "") if parts else (fault, "")
    return Problem(f"{path}{below}", _advice(issue, value))


def _advice(issue: str, value: object) -> str:
    if issue.startswith("Expected `str") and isinstance(value, int) and not isinstance(value, bool):
        return f'write it as a string: "{str(value)[:60]}"'
    for start, advice in _ADVICE:
        if issue.startswith(start):
            return advice
    return issue[:1].lower() + issue[1:]


@cache
def _shape(kind: type) -> _Shape:
    described = inspect.type_info(kind)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{kind} is not a struct")
    fields = {field.encode_name: field for field in described.fields}
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    found = {name: _struct_in(field.type) for name, field in fields.items()}
    return _Shape(fields, kinds, {name: child for name, child in found.items() if child})


@cache
def _names(kind: type) -> _Names:
    shape = _shape(kind)
    inner = tuple((name, _names(child)) for name, child in shape.inner.items())
    return _Names(frozenset(shape.fields), inner)


def _struct_in(described: inspect.Type) -> type | None:
    """The struct that a field holds, alone, in a list, or where it may be null."""
    if isinstance(described, inspect.StructType):
        return described.cls
    if isinstance(described, inspect.Metadata):
        return _struct_in(described.type)
    if isinstance(described, inspect.VarTupleType):
        return _struct_in(described.item_type)
    if isinstance(described, inspect.UnionType):
        return next(filter(None, map(_struct_in, described.types)), None)
    return None


def _words_in(described: inspect.Type) -> tuple[str, ...]:
    """The words of a field that takes only certain ones."""
    if isinstance(described, inspect.LiteralType):
        return tuple(str(word) for word in described.values)
    if isinstance(described, inspect.UnionType):
        return next(filter(None, map(_words_in, described.types)), ())
    return ()
