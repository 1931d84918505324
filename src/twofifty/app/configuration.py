"""`twofifty.toml`, changed by a program: every line that a person wrote stays as it is.

Only whole tables are appended, or single keys of one table changed; what comes out is read again,
and must say exactly what was meant, before it takes the file's place.
"""

import contextlib
import json
import os
import re
import stat
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from twofifty.app.check import check
from twofifty.errors import SettingsError, StartError
from twofifty.settings import Settings, load

Value = str | float | bool | Sequence[str]
Table = Mapping[str, Value]
_CONFIG = "TWOFIFTY_CONFIG"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Configuration:
    """The file that `environ` names, as it stood when this was made. Raises SettingsError where it
    is no TOML."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._environ = environ
        self.path = (folder / environ.get(_CONFIG, "twofifty.toml")).resolve()
        self.text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        self._stated = _parsed(self.text, self.path)

    def sources(self) -> Mapping[str, Any]:
        """The tables of the sources, as they stand."""
        found: Mapping[str, Any] = self._stated.get("sources", {})
        return found

    def with_source(self, name: str, table: Table) -> str:
        """The text with a table for the source at its end; one that was there is gone."""
        lines = _without(self.text.splitlines(), name)
        while lines and not lines[-1].strip():
            lines.pop()
        rows = [f"[sources.{_key(name)}]", *(f"{_key(k)} = {_toml(v)}" for k, v in table.items())]
        text = "\n".join([*lines, *([""] if lines else []), *rows]) + "\n"
        return self._meant(text, {**self.sources(), name: _plain(table)})

    def with_keys(self, name: str, changes: Table) -> str:
        """The text with single keys of a source's table changed or added."""
        lines = self.text.splitlines()
        for key, value in changes.items():
            lines = _changed(lines, name, key, f"{_key(key)} = {_toml(value)}")
        table = {**self.sources().get(name, {}), **_plain(changes)}
        return self._meant("\n".join(lines) + "\n", {**self.sources(), name: table})

    def checked(self, text: str) -> Settings:
        """The settings that the service would start with. Raises SettingsError."""
        with self._beside(text) as path:
            settings = load({**self._environ, _CONFIG: str(path)}, path.parent)
        check(settings)
        return settings

    def write(self, text: str) -> None:
        """Puts `text` in the file's place at once. The file stays whose it was, and is read by the
        same; a new one is read by its owner only.

        Raises SettingsError where it cannot be started with, StartError where it was changed
        meanwhile, cannot be written, or would become another's; the file is untouched then."""
        self.checked(text)
        now = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        if now != self.text:
            raise StartError(f"{self.path}: somebody changed it meanwhile; try again")
        try:
            with self._beside(text) as path:
                if self.path.exists():
                    _give(path, self.path.stat())
                path.replace(self.path)
                _synced(self.path.parent)
        except OSError as fault:
            raise StartError(f"{self.path}: cannot be written: {fault.strerror}") from None
        self.text, self._stated = text, _parsed(text, self.path)

    @contextlib.contextmanager
    def _beside(self, text: str) -> Iterator[Path]:
        """A file with `text` on the same disk, for as long as it is needed. Raises StartError."""
        try:
            number, made = tempfile.mkstemp(dir=self.path.parent, prefix=".twofifty-", text=True)
        except OSError as fault:
            raise StartError(f"{self.path}: cannot be written: {fault.strerror}") from None
        path = Path(made)
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _meant(self, text: str, sources: Mapping[str, Any]) -> str:
        """`text`, if it says what is meant. Raises SettingsError where the file is written in a way
        that a program should not touch."""
        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            said = {}
        if said != {**self._stated, "sources": sources}:
            raise SettingsError(f"{self.path}: cannot be changed safely; change it by hand")
        return text


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{path}: cannot be read as TOML: {fault}") from None


def _give(path: Path, like: os.stat_result) -> None:
    """Hands a file of ours to whom another belongs, and opens it as far as that one is; the owner
    first, so that nobody reads it meanwhile who could not read the other."""
    ours = path.stat()
    if (ours.st_uid, ours.st_gid) != (like.st_uid, like.st_gid):
        os.chown(path, like.st_uid, like.st_gid)
    path.chmod(stat.S_IMODE(like.st_mode) & 0o777)


def _synced(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)


def _toml(value: Value) -> str:
    """A value as TOML writes it: JSON's escapes are TOML's too."""
    if isinstance(value, str):
        if not value.isprintable():
            raise SettingsError("a value holds a character that nobody sees; write it by hand")
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    return f"[{', '.join(_toml(each) for each in value)}]"


def _plain(table: Table) -> dict[str, Any]:
    """What a reader of the table gets."""
    sequence = (list, tuple)
    return {k: list(v) if isinstance(v, sequence) else v for k, v in table.items()}


def _header(line: str) -> tuple[str, ...] | None:
    """The path of a table's header; None for every other line."""
    if not line.lstrip().startswith("["):
        return None
    try:
        node: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    path: list[str] = []
    while node:
        node = node[0] if isinstance(node, list) else node
        if not node:
            break
        (key, node), *_ = node.items()
        path.append(key)
    return tuple(path)


def _tables(lines: Sequence[str]) -> list[tuple[tuple[str, ...], int, int]]:
    """Every table: its path, its header's line, and the line after its last."""
    headers = [(path, at) for at, line in enumerate(lines) if (path := _header(line))]
    ends = [at for _, at in headers[1:]] + [len(lines)]
    return [
        (path, at, _trimmed(lines, at, end))
        for (path, at), end in zip(headers, ends[: len(headers)], strict=True)
    ]


def _own(lines: Sequence[str], name: str) -> tuple[int, int] | None:
    """Where the source's own table stands, without the tables in it."""
    found = (span for path, *span in _tables(lines) if path == ("sources", name))
    return next(((begin, end) for begin, end in found), None)


def _without(lines: Sequence[str], name: str) -> list[str]:
    """Without the source's table and the tables in it."""
    kept = list(lines)
    for path, begin, end in reversed(_tables(lines)):
        if path[:2] == ("sources", name):
            del kept[begin:end]
    return kept


def _trimmed(lines: Sequence[str], begin: int, end: int) -> int:
    """The end without the blank lines and comments before the next table, which belong to that."""
    while end > begin + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _changed(lines: Sequence[str], name: str, key: str, row: str) -> list[str]:
    """With one key's line of the table written anew, or added at the table's end."""
    own = _own(lines, name)
    if own is None:
        return list(lines)
    at = own[0] + 1
    while at < own[1]:
        after = statement(lines, at, own[1])
        if key in _said(lines[at:after]):
            return [*lines[:at], row, *lines[after:]]
        at = after
    return [*lines[: own[1]], row, *lines[own[1] :]]


def statement(lines: Sequence[str], begin: int, end: int) -> int:
    """The line after the statement that begins there: one that goes over several lines is none
    before its last."""
    for after in range(begin + 1, end + 1):
        with contextlib.suppress(tomllib.TOMLDecodeError):
            tomllib.loads("\n".join(lines[begin:after]))
            return after
    return begin + 1


def _said(lines: Sequence[str]) -> dict[str, Any]:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return {}
