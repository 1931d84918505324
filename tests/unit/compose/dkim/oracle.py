"""dkimpy, the usual DKIM library of Python, as somebody else's opinion.

It has no wheel, so that it cannot be among the pinned dependencies; Debian has it as
`python3-dkim`, outside of the environment that the tests run in.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from twofifty.compose.dkim import record
from twofifty.compose.dkim.sign import Signer

DEBIAN = Path("/usr/lib/python3/dist-packages")
WHY_NOT = "dkimpy is not installed (package python3-dkim)"


def _found() -> Any:
    sys.path.append(str(DEBIAN))
    try:
        return import_module("dkim")
    except ImportError:
        return None
    finally:
        sys.path.remove(str(DEBIAN))


dkimpy: Any = _found()
needs_dkimpy = pytest.mark.skipif(dkimpy is None, reason=WHY_NOT)


def records(*signers: Signer) -> dict[str, str]:
    """What the signers' owners would publish, by name."""
    return {
        record.name(signer.domain, key.selector): record.text(key.public)
        for signer in signers
        for key in signer.keys
    }


def zone(published: Mapping[str, str]) -> Callable[..., bytes]:
    """DNS as dkimpy asks it."""

    def ask(name: bytes, timeout: int = 5) -> bytes:
        return published.get(name.decode().rstrip("."), "").encode()

    return ask


def opinions(raw: bytes, published: Mapping[str, str]) -> list[bool]:
    """Of each signature in a mail, from the top down: whether dkimpy can verify it."""
    count = sum(
        line.lower().startswith(b"dkim-signature:")
        for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    )
    return [_holds(raw, published, index) for index in range(count)]


def _holds(raw: bytes, published: Mapping[str, str], index: int) -> bool:
    try:
        return bool(dkimpy.DKIM(raw).verify(index, dnsfunc=zone(published)))
    except dkimpy.DKIMException:
        return False
