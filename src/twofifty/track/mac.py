"""HMAC-SHA256 (RFC 2104) under a key that stays, for what is signed in every mail. Pure.

The library's own hashes the key anew each time, which takes several times as long as the rest. Here
the two states that the key leads to are made once, with the label behind the first.
"""

from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


def mac(key: bytes, label: bytes, message: bytes) -> bytes:
    """The HMAC of `label` and `message`, 32 bytes."""
    inner, outer = (state.copy() for state in _states(key, label))
    inner.update(message)
    outer.update(inner.digest())
    digest: bytes = outer.digest()
    return digest


@lru_cache(maxsize=64)
def _states(key: bytes, label: bytes) -> tuple[Any, Any]:
    """What to copy: the inner state with the label in it, and the outer one."""
    short = key if len(key) <= _BLOCK else sha256(key).digest()
    whole = short.ljust(_BLOCK, b"\0")
    return sha256(whole.translate(_INNER) + label), sha256(whole.translate(_OUTER))
