"""Answers on the wire."""

from typing import TypeVar

import msgspec
from starlette.responses import Response

from twofifty.web.problem import trouble

T = TypeVar("T")

_SAFE = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
}


def json(value: object, status: int = 200) -> Response:
    """`value` as JSON."""
    return body(msgspec.json.encode(value), "application/json", status)


def body(content: bytes, media: str, status: int = 200, name: str = "") -> Response:
    """Bytes as they are. `name`: offered for saving under this file name."""
    headers = dict(_SAFE)
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(content, status, headers, media)


def found(value: T | None, what: str) -> T:
    """`value`, or Trouble 404 that says what is not there."""
    if value is None:
        raise trouble("not-found", f"There is no such {what}.")
    return value
