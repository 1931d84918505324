"""The net below our own rules: flufl.bounce, for notices whose recipient nobody else found.

It only tells addresses. Its detectors walk a tree of the standard library's parser, so what it gets
is small and shallow.
"""

import logging
from collections.abc import Callable
from email import message_from_string
from email.message import Message
from typing import Final

from flufl.bounce import all_failures

from twofifty.track.bounce.address import tidy
from twofifty.track.bounce.tame import tamed

_LARGEST: Final = 64_000
_MOST_PARTS: Final = 60
_scan: Final[Callable[[Message], tuple[frozenset[bytes], frozenset[bytes]]]] = all_failures

# It logs a stack trace for every mail that is not as it expects; here such a mail is no news.
logging.getLogger("flufl.bounce").disabled = True


def caught(raw: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(addresses that failed for now, those that failed) in a mail; empty where it sees none."""
    if raw.lower().count(b"boundary=") > _MOST_PARTS:
        return (), ()
    text = tamed(raw[:_LARGEST].decode("ascii", "replace").replace("\r\n", "\n"))
    try:
        later, failed = _scan(message_from_string(text))
    except Exception:  # noqa: BLE001
        # Made for real notices, the library may raise anything on others.
        return (), ()
    return _tidied(later), _tidied(failed)


def _tidied(addresses: frozenset[bytes]) -> tuple[str, ...]:
    texts = sorted(address.decode("utf-8", "replace") for address in addresses)
    return tuple(filter(None, map(tidy, texts)))
