"""From the events of a binary log to committed transactions, in commit order.

A transaction is told once its end was read: XID, COMMIT, or for a prepared one its XA COMMIT. One
that was rolled back only moves the position.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import zstandard

from twofifty.adapters.mysql_log import event as events
from twofifty.adapters.mysql_log import statement
from twofifty.adapters.mysql_log.buffer import Buffer
from twofifty.adapters.mysql_log.event import Event, Gtid
from twofifty.adapters.mysql_log.image import SHAPES, Plan
from twofifty.adapters.mysql_log.position import Domains, Executed, Offset, written
from twofifty.adapters.mysql_log.schema import Schema
from twofifty.adapters.mysql_log.wire import Garbled
from twofifty.errors import LogLost
from twofifty.intake.log import Committed, RowChange

PART_ROWS = 5_000
_QUIET_SECONDS = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Notice = Callable[[str], None]
"""Is told of each mapped table that was emptied or dropped."""


class Setting(msgspec.Struct, frozen=True):
    """What reading needs beside the events: what is known of the tables, which `tables` matter, and
    where to say what happened. `part_rows`: how many rows are told at once."""

    schema: Schema
    tables: tuple[str, ...]
    notice: Notice
    part_rows: int = PART_ROWS


class Transactions:
    """The events since `place`. `seconds` is the newest commit's time up to there."""

    def __init__(self, setting: Setting, place: Domains | Executed | Offset, seconds: int) -> None:
        self._setting = setting
        self._place = place
        self._seconds = seconds
        self._told = seconds
        self._checked = False
        self._plans: dict[int, Plan | None] = {}
        self._buffer = Buffer()
        self._marks: dict[str, tuple[int, int]] = {}
        self._prepared: dict[str, Buffer] = {}
        self._gtid: Gtid | None = None
        self._open = False
        self._handlers = self._by_type()

    def _by_type(self) -> dict[int, Callable[[Event], Iterator[Committed]]]:
        gtids = (events.MYSQL_GTID, events.MARIADB_GTID, events.TAGGED_GTID)
        return {
            **dict.fromkeys(gtids, self._begin),
            **dict.fromkeys((events.QUERY, events.QUERY_COMPRESSED), self._query),
            **dict.fromkeys(SHAPES, self._rows),
            events.ROTATE: self._rotate,
            events.FORMAT: self._format,
            events.TABLE_MAP: self._table,
            events.XID: self._commit,
            events.XA_PREPARE: self._prepare,
            events.PAYLOAD: self._payload,
            events.INCIDENT: self._incident,
            events.HEARTBEAT: self._idle,
        }

    def start(self, *, checked: bool) -> None:
        """Whether the events bear checksums, as the session asked for it."""
        self._checked = checked

    def feed(self, data: bytes, start: int = 0) -> Iterator[Committed]:
        """What one event brings: mostly nothing. Raises Garbled, LogLost, ShopError."""
        read = events.event(data, checked=self._checked, start=start)
        handler = self._handlers.get(read.type)
        return iter(()) if handler is None else handler(read)

    def _rotate(self, event: Event) -> Iterator[Committed]:
        file, offset = events.rotated(event.body)
        if isinstance(self._place, Offset) and file:
            self._place.file, self._place.offset = file, offset
        self._plans.clear()
        yield from ()

    def _format(self, event: Event) -> Iterator[Committed]:
        """A file begins; a transaction that is still open was cut off by a crash."""
        self._checked = events.is_checked(event.body)
        self._forget()
        yield from ()

    def _begin(self, event: Event) -> Iterator[Committed]:
        self._forget()
        self._gtid = events.gtid(event)
        self._open = event.type == events.MARIADB_GTID and not self._gtid.alone
        yield from ()

    def _forget(self) -> None:
        self._buffer.clear()
        self._marks.clear()
        self._open = False

    def _table(self, event: Event) -> Iterator[Committed]:
        number, plan = self._setting.schema.plan(event.body)
        self._plans[number] = plan
        yield from ()

    def _rows(self, event: Event) -> Iterator[Committed]:
        number = int.from_bytes(event.body[:6], "little")
        if number not in self._plans:
            raise Garbled("rows of a table that the log did not name")
        plan = self._plans[number]
        if plan is not None:
            self._buffer.add(plan, event.type, event.body)
        yield from ()

    def _query(self, event: Event) -> Iterator[Committed]:
        text = events.query(event)
        said = statement.read(text)
        if said.meaning == "begin":
            self._open = True
        elif said.meaning == "savepoint":
            self._marks[said.name] = self._buffer.mark()
        elif said.meaning == "back to savepoint":
            self._buffer.back_to(self._marks.get(said.name, (0, 0)))
        elif said.meaning == "rows":
            self._refuse_statement(text)
        elif said.meaning != "inside":
            yield from self._ended(event, said, text)

    def _ended(self, event: Event, said: statement.Statement, text: str) -> Iterator[Committed]:
        """A statement that ends a transaction, or is one of its own."""
        if said.meaning == "prepared commit":
            self._take_prepared(said.name)
        elif said.meaning == "prepared rollback":
            self._prepared.pop(said.name, Buffer()).clear()
        elif said.meaning == "rollback":
            self._buffer.clear()
        elif said.meaning != "commit":
            self._defined(said, text)
            if self._open:
                return
        yield from self._commit(event)

    def _defined(self, said: statement.Statement, text: str) -> None:
        """Tables may look different from here on."""
        self._setting.schema.forget()
        if said.meaning == "emptied":
            for name in self._setting.tables:
                if statement.mentions(text, name):
                    self._setting.notice(name)

    def _refuse_statement(self, text: str) -> None:
        for name in self._setting.tables:
            if statement.mentions(text, name):
                raise LogLost(
                    f"the log has a statement about {name} instead of its rows: "
                    "set binlog_format=ROW"
                )

    def _prepare(self, event: Event) -> Iterator[Committed]:
        name, once = events.prepared(event.body)
        if not once:
            self._prepared[name], self._buffer = self._buffer, Buffer()
        yield from self._commit(event)

    def _take_prepared(self, name: str) -> None:
        if name not in self._prepared:
            raise LogLost("a transaction was committed that was prepared before our position")
        self._buffer = self._prepared.pop(name)

    def _payload(self, event: Event) -> Iterator[Committed]:
        kind, data = events.packed_events(event.body)
        if kind == 0:
            data = _inflated(data)
        at = 0
        while at < len(data):
            size = int.from_bytes(data[at + 9 : at + 13], "little")
            inner = events.event(data, checked=False, start=at)
            handler = self._handlers.get(inner.type)
            if handler is not None:
                yield from handler(msgspec.structs.replace(inner, behind=event.behind))
            at += size

    def _commit(self, event: Event) -> Iterator[Committed]:
        self._advance(event)
        self._open = False
        self._marks.clear()
        if self._buffer:
            yield from self._parts()
            self._buffer.clear()
            self._told = self._seconds
        elif self._seconds - self._told >= _QUIET_SECONDS:
            yield self._nothing()

    def _incident(self, _: Event) -> Iterator[Committed]:
        raise LogLost("the server itself says that transactions are missing in its log")

    def _idle(self, event: Event) -> Iterator[Committed]:
        """Nothing is happening: a heartbeat names the end of the log."""
        if not self._open and isinstance(self._place, Offset):
            self._place.offset = max(self._place.offset, event.behind)
        yield self._nothing()

    def _nothing(self) -> Committed:
        self._told = self._seconds
        return Committed(written(self._place, self._seconds), self._at())

    def _at(self) -> datetime:
        return _EPOCH + timedelta(seconds=self._seconds)

    def _advance(self, event: Event) -> None:
        """The position behind the transaction that ends with `event`. Statements bear the time at
        which they began, so one that waited may look older than what was committed before it."""
        self._seconds = max(self._seconds, event.at)
        place, gtid = self._place, self._gtid
        if isinstance(place, Offset):
            place.offset = event.behind
        elif gtid is not None and isinstance(place, Domains):
            place.add(gtid.domain, gtid.server, gtid.number)
        elif gtid is not None and isinstance(place, Executed) and gtid.uuid is not None:
            place.add(gtid.uuid, gtid.number)
        self._gtid = None

    def _parts(self) -> Iterator[Committed]:
        """The transaction, in parts where it is large."""
        position, at = written(self._place, self._seconds), self._at()
        rows: list[RowChange] = []
        part = 0
        for change in self._buffer.changes():
            if len(rows) >= self._setting.part_rows:
                yield Committed(position, at, tuple(rows), part, end=False)
                rows, part = [], part + 1
            rows.append(change)
        yield Committed(position, at, tuple(rows), part)


def _inflated(data: bytes) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompressobj().decompress(data)
    except zstandard.ZstdError as fault:
        raise Garbled(f"a compressed transaction cannot be read: {fault}") from None
