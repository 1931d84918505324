"""API keys: how they are presented, and the check of a single one."""

import hmac
from collections.abc import Iterable

Headers = Iterable[tuple[bytes, bytes]]


class SingleKey:
    """Implements `Keys` for the bootstrap key. An empty key allows nobody."""

    def __init__(self, key: str, name: str = "bootstrap") -> None:
        self._key = key.encode()
        self._name = name

    def allows(self, key: str) -> str | None:
        """The key's name, or None."""
        same = hmac.compare_digest(self._key, key.encode("utf-8", "surrogateescape"))
        return self._name if same and self._key else None


def presented(headers: Headers) -> str:
    """The key in `Authorization: Bearer KEY` or `X-API-Key: KEY`; '' where there is none."""
    for name, value in headers:
        if name == b"x-api-key":
            return value.decode("latin-1").strip()
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].decode("latin-1").strip()
    return ""
