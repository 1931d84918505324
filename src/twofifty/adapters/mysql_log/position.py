"""How far the log has been read, as text: by GTID where the server has them, else by file.

    mariadb:0-1-42,7-2-9@1790000000        the last transaction of every domain
    mysql:3e11fa47-...:1-5:7,...@1790000000    every transaction that was read
    file:binlog.000007:1234@1790000000     a file and the offset behind the last transaction

Behind the `@` stands the newest commit's time in seconds, so that time never runs backwards.
"""

import struct
from typing import Protocol
from uuid import UUID

from twofifty.errors import LogLost


class Place(Protocol):
    """Where reading stands. `moved` notes what the log says of each transaction."""

    def written(self) -> str:
        """The place as text, without the time."""
        ...


class Domains:
    """MariaDB: domain to the last transaction's server and number."""

    def __init__(self, text: str) -> None:
        self._last: dict[int, str] = {}
        for gtid in filter(None, text.split(",")):
            self.add(*(int(part) for part in gtid.strip().split("-")))

    def add(self, domain: int, server: int, number: int) -> None:
        """A transaction was read."""
        self._last[domain] = f"{domain}-{server}-{number}"

    def gtids(self) -> str:
        """As MariaDB writes it."""
        return ",".join(self._last.values())

    def written(self) -> str:
        return f"mariadb:{self.gtids()}"


class Executed:
    """MySQL: server to the intervals of its transactions that were read, ends included."""

    def __init__(self, text: str) -> None:
        self._intervals: dict[UUID, list[tuple[int, int]]] = {}
        self._texts: dict[UUID, str] = {}
        for one in filter(None, text.replace("\n", "").split(",")):
            server, *spans = one.strip().split(":")
            self._intervals[UUID(server)] = [_span(span) for span in spans]
            self._say(UUID(server))

    def add(self, server: UUID, number: int) -> None:
        """A transaction was read."""
        known = self._intervals.setdefault(server, [])
        if known and known[-1][1] == number - 1:
            known[-1] = (known[-1][0], number)
        else:
            known[:] = _merged([*known, (number, number)])
        self._say(server)

    def _say(self, server: UUID) -> None:
        spans = (f"{low}-{high}" if low < high else f"{low}" for low, high in self._spans(server))
        self._texts[server] = ":".join((str(server), *spans))

    def _spans(self, server: UUID) -> list[tuple[int, int]]:
        return self._intervals[server]

    def encoded(self) -> bytes:
        """As COM_BINLOG_DUMP_GTID wants it: ends excluded."""
        parts = [struct.pack("<Q", len(self._intervals))]
        for server, spans in self._intervals.items():
            parts.append(server.bytes + struct.pack("<Q", len(spans)))
            parts += [struct.pack("<QQ", low, high + 1) for low, high in spans]
        return b"".join(parts)

    def written(self) -> str:
        return f"mysql:{','.join(self._texts.values())}"


class Offset:
    """A file of the log, and how far it has been read."""

    def __init__(self, file: str, offset: int) -> None:
        self.file = file
        self.offset = offset

    def written(self) -> str:
        return f"file:{self.file}:{self.offset}"


def _span(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(high, made[-1][1]))
        else:
            made.append((low, high))
    return made


def written(place: Place, seconds: int) -> str:
    """A place and the newest commit's time, as one text."""
    return f"{place.written()}@{seconds}"


def parsed(text: str) -> tuple[Domains | Executed | Offset, int]:
    """The place and the time that `written` wrote. Raises LogLost for any other text."""
    stated, _, seconds = text.rpartition("@")
    kind, _, rest = stated.partition(":")
    try:
        return _place(kind, rest), int(seconds)
    except (ValueError, TypeError):
        raise LogLost(f"{text[:80]!r} is no position in a binary log") from None


def _place(kind: str, rest: str) -> Domains | Executed | Offset:
    if kind == "mariadb":
        return Domains(rest)
    if kind == "mysql":
        return Executed(rest)
    if kind == "file":
        file, _, offset = rest.rpartition(":")
        return Offset(file, int(offset))
    raise ValueError(kind)
