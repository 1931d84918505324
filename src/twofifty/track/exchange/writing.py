"""Suppressions as a file of our own: CSV, or a JSON object a line. Pure.

What is written is read back exactly.
"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

import msgspec

from twofifty.track.exchange.cells import guarded
from twofifty.track.exchange.columns import OURS
from twofifty.track.model import Suppression


def head() -> str:
    """The first line of a CSV."""
    return ",".join(OURS) + "\r\n"


def as_csv(suppressions: Iterable[Suppression]) -> str:
    """Lines of a CSV (RFC 4180), without its head."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(_cells(one) for one in suppressions)
    return out.getvalue()


def as_json_lines(suppressions: Iterable[Suppression]) -> str:
    """An object a line."""
    return "".join(msgspec.json.encode(one).decode() + "\n" for one in suppressions)


def _cells(one: Suppression) -> list[str]:
    times = _told(one.at), "" if one.until is None else _told(one.until)
    plain = (
        one.address,
        one.scope,
        one.cause,
        times[0],
        one.channel,
        times[1],
        one.text,
        one.actor,
    )
    return [guarded(cell) for cell in plain]


def _told(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
