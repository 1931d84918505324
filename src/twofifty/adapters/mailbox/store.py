"""The mailbox's own SQLite file: append, look, forget the oldest."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.message import EmailMessage
from pathlib import Path

import msgspec

from twofifty.adapters.mailbox import statements as sql
from twofifty.errors import StartError


class Arrived(msgspec.Struct, frozen=True):
    """A mail as SMTP brought it. `received_at` is seconds since the epoch."""

    received_at: float
    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes


class MailHead(msgspec.Struct, frozen=True, kw_only=True):
    """A kept mail without its bytes. `message_id` has its angle brackets; it and `subject` are
    empty where the mail has none."""

    id: int
    received_at: float
    mail_from: str
    rcpt_to: tuple[str, ...]
    message_id: str
    subject: str
    size: int


class Mail(MailHead, frozen=True, kw_only=True):
    """A kept mail; `raw` is what came over the wire, without dot-stuffing."""

    raw: bytes


class Store:
    """Each call opens the file anew, so that any thread and any process may call. Raises
    StartError where the file cannot be made or is no mailbox."""

    def __init__(self, path: Path, keep: int) -> None:
        self._path = path
        self._keep = keep
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as database:
                database.executescript(sql.SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise StartError(f"mailbox: cannot use {path}: {error}") from error

    def append(self, mails: Sequence[Arrived]) -> None:
        """All of them in one transaction, on disk when this returns. Raises sqlite3.Error."""
        rows = [_row(mail) for mail in mails]
        with self._open() as database, database:
            database.executemany(sql.APPEND, rows)
            database.execute(sql.FORGET, (self._keep,))

    def count(self) -> int:
        """How many are kept."""
        with self._open() as database:
            return int(database.execute(sql.COUNT).fetchone()[0])

    def list(self, limit: int, before: int | None) -> tuple[MailHead, ...]:
        """Newest first; those with an id smaller than `before`, if it is given."""
        with self._open() as database:
            rows = database.execute(sql.LIST, {"before": before, "limit": limit}).fetchall()
        return tuple(msgspec.convert(_fields(row), MailHead) for row in rows)

    def get(self, mail_id: int) -> Mail | None:
        """One mail, if it is still kept."""
        with self._open() as database:
            row = database.execute(sql.GET, (mail_id,)).fetchone()
        return msgspec.convert(_fields(row), Mail) if row else None

    def find(self, message_id: str) -> tuple[Mail, ...]:
        """Every copy with that Message-ID, oldest first; with or without angle brackets."""
        key = "<" + message_id.strip().strip("<>") + ">"
        with self._open() as database:
            rows = database.execute(sql.FIND, (key,)).fetchall()
        return tuple(msgspec.convert(_fields(row), Mail) for row in rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10)) as database:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            yield database


def _fields(row: sqlite3.Row) -> dict[str, object]:
    fields = dict(row)
    return fields | {"rcpt_to": tuple(str(fields["rcpt_to"]).split("\n"))}


def _row(mail: Arrived) -> tuple[float, str, str, str, str, bytes]:
    message_id, subject = _headers(mail.raw)
    return (
        mail.received_at,
        _text(mail.mail_from),
        _text("\n".join(mail.rcpt_to)),
        _text(message_id),
        _text(subject),
        mail.raw,
    )


def _text(value: str) -> str:
    """Without the lone surrogates that stand for bytes which are not UTF-8."""
    return value.encode("utf-8", "replace").decode()


def _headers(raw: bytes) -> tuple[str, str]:
    """Message-ID and Subject, decoded. Empty where they are absent or cannot be read."""
    head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    message = message_from_bytes(head, policy=policy.default)
    return _header(message, "Message-ID"), _header(message, "Subject")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, "")).strip()
    except (HeaderParseError, ValueError, IndexError):
        return ""  # the standard library stumbles over some malformed headers
