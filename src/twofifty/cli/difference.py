"""What a change of `twofifty.toml` changes, for a person to look at: no value that may be a secret.

Lines are compared as they are and shown without what nobody should see over one's shoulder: every
value is hidden but those of keys that are known to be harmless, and so is every comment.
"""

import difflib
import json
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from twofifty.app.configuration import statement

_HARMLESS = {"kind", "locale", "time_zone", "from", "shop_name", "confirm"}
_MORE = "..."


def difference(before: str, after: str) -> Iterator[str]:
    """The lines that go (`-`) and come (`+`), each with one line around them."""
    old, new = before.splitlines(), after.splitlines()
    old_shown, new_shown = _shown(old), _shown(new)
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(1):
        yield "@@"
        for what, begin, end, new_begin, new_end in group:
            if what == "equal":
                yield from (f" {line}" for line in old_shown[begin:end])
                continue
            yield from (f"-{line}" for line in old_shown[begin:end])
            yield from (f"+{line}" for line in new_shown[new_begin:new_end])


def _shown(lines: Sequence[str]) -> list[str]:
    """Each line as it may be seen, in its place."""
    shown: list[str] = []
    while len(shown) < len(lines):
        begin = len(shown)
        after = statement(lines, begin, len(lines))
        shown.append(_first(lines[begin:after]))
        shown += [f"  {_MORE}"] * (after - begin - 1)
    return shown


def _first(lines: Sequence[str]) -> str:
    """The first line of a statement, a header, a comment, or an empty line."""
    line = lines[0].strip()
    if line.startswith("["):
        return line.partition("#")[0].rstrip()
    try:
        said = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return _MORE
    if not said:
        return f"# {_MORE}" if line else ""
    path, value = _leaf(said)
    return f"{'.'.join(path)} = {_seen(path[-1], value)}"


def _leaf(said: Any) -> tuple[list[str], Any]:
    """The path of a statement's key and its value; of several in one table, that table."""
    path: list[str] = []
    while isinstance(said, dict) and len(said) == 1:
        ((key, said),) = said.items()
        path.append(key)
    return path, said


def _seen(key: str, value: Any) -> str:
    if isinstance(value, bool | int | float) and (key in _HARMLESS or key.endswith("_minutes")):
        return json.dumps(value)
    if not isinstance(value, str):
        return _MORE
    if key == "api_url":
        return _address(value)
    return json.dumps(value, ensure_ascii=False) if key in _HARMLESS else _MORE


def _address(url: str) -> str:
    """An address without the user and the query; one that may hide a password elsewhere is not
    shown at all."""
    try:
        parts = urlsplit(url)
        host = f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
    except ValueError:
        return _MORE
    if not (parts.scheme and host) or "@" in url.replace(parts.netloc, "", 1):
        return _MORE
    user = f"{_MORE}@" if "@" in parts.netloc else ""
    query = f"?{_MORE}" if parts.query or parts.fragment else ""
    return json.dumps(f"{parts.scheme}://{user}{host}{parts.path}{query}", ensure_ascii=False)
