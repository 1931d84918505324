"""Encoded words (RFC 2047): text that a header cannot carry as it is."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator

MAX_WORD = 75
MIN_FIRST = 30
FRAME = len("=?utf-8?q??=")
UNSAFE = re.compile(rb"[^A-Za-z0-9!*+\-/ ]")


def encoded_words(text: str, first: int = MAX_WORD) -> list[str]:
    """The words that together mean `text`, each of at most 75 characters and of whole characters.

    `first` is the room that the line leaves for the first word. Q or base64, whichever makes all of
    `text` shorter. `text` holds no surrogates.
    """
    room = min(max(first, MIN_FIRST), MAX_WORD) - FRAME
    q, b = _q(text), _base64(text)
    if min(len(q), len(b)) <= room:
        return [f"=?utf-8?q?{q}?=" if len(q) <= len(b) else f"=?utf-8?b?{b}?="]
    if len(q) <= len(b):
        chunks = _chunks(text, _q_length, room, MAX_WORD - FRAME)
        return [f"=?utf-8?q?{_q(chunk)}?=" for chunk in chunks]
    chunks = _chunks(text, _byte_length, room // 4 * 3, (MAX_WORD - FRAME) // 4 * 3)
    return [f"=?utf-8?b?{_base64(chunk)}?=" for chunk in chunks]


def _chunks(text: str, length: Callable[[str], int], room: int, later: int) -> Iterator[str]:
    """Cut `text` so that the first piece is at most `room` long and each further one `later`."""
    begin, left = 0, room
    for index, character in enumerate(text):
        left -= length(character)
        if left < 0:
            yield text[begin:index]
            begin, left = index, later - length(character)
    yield text[begin:]


def _byte_length(text: str) -> int:
    return len(text.encode())


def _q_length(text: str) -> int:
    return len(_q(text))


def _q(text: str) -> str:
    return UNSAFE.sub(_escape, text.encode()).decode().replace(" ", "_")


def _escape(match: re.Match[bytes]) -> bytes:
    return b"=%02X" % match[0][0]


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
