"""One operation of the API: all that routing, authentication and the OpenAPI document need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from twofifty.web.visit import Handler

Auth = Literal["key", "metrics", "signature", "none"]
"""`metrics`: a key unless metrics are open; `signature`: the shop's, checked by intake."""


@dataclass(frozen=True, slots=True)
class Said:
    """A body on the wire: a type whose JSON Schema describes it, or other media."""

    text: str
    kind: Any = None
    media: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """`handler` is None where the hot door answers. `says`: status -> answer; `errors`: the
    statuses that come as problem documents, beside those that every operation may give."""

    method: str
    path: str
    name: str
    summary: str
    handler: Handler | None
    tag: str = "system"
    auth: Auth = "key"
    says: Mapping[int, Said] = field(default_factory=dict)
    query: type[Any] | None = None
    takes: Said | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[int, ...] = ()
    detail: str = ""
