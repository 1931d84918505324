"""Where in a JSON document something is wrong: the slow, exact scanner behind `strict`.

It reads tokens, not values, so that it can name a field in documents that no decoder accepts, and
it needs no recursion.
"""

import json
import re
from collections.abc import Iterator

from twofifty.errors import Problem

MAX_DEPTH = 32
MAX_LINES = 1_000
MAX_ITEMS = 5_000
MAX_DIGITS = 30

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s"\[\]{}:,]+', re.DOTALL)
_LINES = re.compile("(?:line|item)(?:s|_items)?$", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?\Z")
_PLAIN_KEY = re.compile(r"[^\W\d]\w*\Z")
_LITERALS = (b"true", b"false", b"null")


class _Frame:
    """An object or list that is open at this point. `keys` is None in a list."""

    __slots__ = ("index", "key", "keys", "name")

    def __init__(self, name: str, *, is_object: bool) -> None:
        self.name = name
        self.keys: set[str] | None = set() if is_object else None
        self.key: str | None = None
        self.index = 0

    def step(self) -> str:
        if self.keys is None:
            return f"[{self.index}]"
        if self.key is None:
            return ""
        return f".{self.key}" if _PLAIN_KEY.match(self.key) else f"[{json.dumps(self.key)}]"

    def most(self) -> int:
        return MAX_LINES if _LINES.search(self.name) else MAX_ITEMS


def outsized(literal: str) -> bool:
    """Whether a JSON number has more than 30 digits, written out or by its exponent."""
    if len(literal) <= MAX_DIGITS and "e" not in literal and "E" not in literal:
        return False
    found = _NUMBER.match(literal)
    if found is None:
        return False
    whole, fraction, exponent = found[1], found[2] or "", found[3] or "0"
    digits = len(whole) + len(fraction)
    return digits > MAX_DIGITS or len(exponent) > 4 or abs(int(exponent)) > MAX_DIGITS


def outrage(body: bytes) -> Problem | None:
    """The first key that is said twice, level that is too deep, list that is too long, number that
    is too large; None where there is none."""
    for frames, token in _walk(body):
        if message := _outrage(frames, token):
            _keep_key(frames, token)
            return Problem(_path(frames), message)
    return None


def not_a_value(body: bytes) -> Problem | None:
    """The first token that JSON does not know: NaN, Infinity, a bare word, half a surrogate."""
    for frames, token in _walk(body):
        if message := _not_a_value(token):
            return Problem(_path(frames), message)
    return None


def path_at(body: bytes, offset: int) -> str:
    """The path of the field that byte `offset` belongs to; `body` for the document itself."""
    frames: list[_Frame] = []
    for open_here, _ in _walk(body[:offset]):
        frames = open_here
    return _path(frames)


def locate(document: object, value: object) -> str:
    """The path of the very object `value` in a decoded document; `body` where it is not found."""
    waiting: list[tuple[str, object]] = [("", document)]
    while waiting:
        path, node = waiting.pop()
        if node is value:
            return path.lstrip(".") or "body"
        if isinstance(node, dict):
            waiting += [(f"{path}.{key}", item) for key, item in reversed(node.items())]
        elif isinstance(node, list):
            waiting += [(f"{path}[{at}]", item) for at, item in reversed(list(enumerate(node)))]
    return "body"


def _walk(body: bytes) -> Iterator[tuple[list[_Frame], bytes]]:
    """Every token with the frames that are open there. A key is yielded before it is kept, an
    opening bracket after its frame is open."""
    frames: list[_Frame] = []
    for found in _TOKEN.finditer(body):
        token = found[0]
        if token in (b"}", b"]"):
            frames[-1:] = []
        elif token in (b"{", b"["):
            name = (frames[-1].key or frames[-1].name) if frames else ""
            frames.append(_Frame(name, is_object=token == b"{"))
        elif token == b"," and frames:
            frames[-1].index += 1
            frames[-1].key = None
        yield frames, token
        _keep_key(frames, token)


def _keep_key(frames: list[_Frame], token: bytes) -> None:
    if _is_key(frames, token):
        frame = frames[-1]
        frame.key = _text(token)
        if frame.keys is not None:
            frame.keys.add(frame.key)


def _is_key(frames: list[_Frame], token: bytes) -> bool:
    here = frames[-1] if frames else None
    return here is not None and here.keys is not None and here.key is None and token[:1] == b'"'


def _outrage(frames: list[_Frame], token: bytes) -> str | None:
    if token in (b"{", b"["):
        too_deep = len(frames) > MAX_DEPTH
        return f"nested deeper than {MAX_DEPTH} levels; send it flatter" if too_deep else None
    if token == b",":
        return _too_long(frames)
    if _is_key(frames, token):
        key = _text(token)
        twice = key in (frames[-1].keys or ())
        return f"the key {key[:80]!r} stands twice in one object; say it once" if twice else None
    if token[:1] in b"-0123456789" and outsized(token.decode("utf-8", "replace")):
        return f"a number of more than {MAX_DIGITS} digits; write it as a string if it is meant"
    return None


def _too_long(frames: list[_Frame]) -> str | None:
    here = frames[-1] if frames else None
    if here is None or here.keys is not None or here.index < here.most():
        return None
    return f"a list of more than {here.most():,} items; send fewer"


def _not_a_value(token: bytes) -> str | None:
    text = token.decode("utf-8", "replace")
    if token[:1] == b'"':
        half = b"\\u" in token and _SURROGATE.search(_text(token))
        return "half a surrogate pair; send whole characters" if half else None
    if token in b"[]{}:," or token in _LITERALS or _NUMBER.match(text):
        return None
    return f"{text[:40]!r} is not JSON; write a number, a string in quotes, or null"


def _text(token: bytes) -> str:
    try:
        return str(json.loads(token, strict=False))
    except (ValueError, RecursionError):
        return token.strip(b'"').decode("utf-8", "replace")


def _path(frames: list[_Frame]) -> str:
    return "".join(frame.step() for frame in frames).lstrip(".") or "body"
