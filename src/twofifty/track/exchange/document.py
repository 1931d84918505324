"""JSON as services answer it: a document with a list in it, or an object a line. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from twofifty.track.exchange.columns import is_ours, roles
from twofifty.track.exchange.record import Fault, Record, gathered

_NO_ENTRY: Final = "this is no entry with an address"
_AS_OURS: Final = 'write {"address": "...", "scope": "all", "cause": "...", "at": "..."}'


def is_json(text: str) -> bool:
    """Whether a file is JSON and no CSV."""
    return text.lstrip()[:1] in ("{", "[")


def records(text: str) -> Iterator[Record | Fault]:
    """Every entry of the document, or every line but empty ones, in order."""
    entries = _entries(text)
    if entries is None:
        yield from _lines(text)
        return
    for number, entry in enumerate(entries, 1):
        yield _record(number, entry)


def _entries(text: str) -> Sequence[Any] | None:
    """The entries of one document; None: it is not one document."""
    try:
        read = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    if isinstance(read, list):
        return read
    if "address" in roles(list(read)):
        return [read]
    lists = [value for value in read.values() if _is_list(value)]
    return lists[0] if lists else [read]


def _is_list(value: object) -> bool:
    """Objects, or none: an answer without entries."""
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _lines(text: str) -> Iterator[Record | Fault]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            read = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as fault:
            yield Fault(number, f"this is no JSON ({fault})", _AS_OURS)
            continue
        yield _record(number, read)


def _record(number: int, entry: object) -> Record | Fault:
    if not isinstance(entry, Mapping):
        return Fault(number, _NO_ENTRY, _AS_OURS)
    names = [str(name) for name in entry]
    values = [_said(value) for value in entry.values()]
    return Record(number, gathered(list(zip(roles(names), values, strict=True))), is_ours(names))


def _said(value: object) -> str:
    if isinstance(value, str):
        return value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if number else ""
