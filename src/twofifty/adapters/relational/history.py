"""The history of messages, many entries at a time."""

from collections.abc import Iterable
from typing import Any

import msgspec

from twofifty.adapters.relational.messages import Event
from twofifty.adapters.relational.ports import Pages

_COLUMNS = ("message", "at", "status", "cause", "text", "code", "enhanced", "attempt")


def record_all(db: Pages, moves: Iterable[tuple[int, float, Event]]) -> None:
    """Appends to the histories of messages: which, when, what; in this order."""
    rows = [(message, at, *_said(event)) for message, at, event in moves]
    db.fill("message_events", _COLUMNS, rows)


def of_all(seqs: Iterable[int]) -> dict[str, Any]:
    """What a query about these messages is asked with."""
    return {"ids": msgspec.json.encode(list(seqs)).decode("ascii")}


def _said(event: Event) -> tuple[Any, ...]:
    return (event.status, event.cause, event.text, event.code, event.enhanced, event.attempt)
