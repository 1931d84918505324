"""Connections to the shop's database: values in the log's own forms, times in UTC, no writing.

    mysql://user:password@db.example.com:3306/shop?ssl_ca=/etc/ssl/certs/db.pem

`ssl_ca`: TLS, checked with these certificates. `ssl=off`: none; without either TLS is used where
the server offers it, unchecked.
"""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions
from pymysql.cursors import Cursor

from twofifty.adapters.mysql_log import faults
from twofifty.errors import ShopError

_SCHEMES = ("mysql", "mariadb", "mysqls")
_OPTIONS = ("ssl", "ssl_ca")
_CONNECT_SECONDS = 10


class Address(msgspec.Struct, frozen=True):
    """Where the database is. `schema`: the database in which tables without one are."""

    host: str
    port: int
    user: str
    password: str
    schema: str
    tls: str = ""
    ssl_ca: str | None = None


class Packet(Protocol):
    """A packet as PyMySQL reads it."""

    def get_all_data(self) -> bytes:
        """All of it."""
        ...

    def is_eof_packet(self) -> bool:
        """Whether the stream ends with it."""
        ...


class Wire(Protocol):
    """The two things below statements that PyMySQL does, as every reader of the log uses them."""

    def _execute_command(self, command: int, sql: bytes) -> None: ...

    def _read_packet(self) -> Packet: ...


def address(url: str) -> Address:
    """Where `url` leads. Raises ShopError."""
    try:
        parts = urlsplit(url)
        port, options = parts.port or 3306, dict(parse_qsl(parts.query, strict_parsing=True))
    except ValueError:
        parts, port, options = urlsplit(""), 0, {}
    schema = unquote(parts.path.strip("/"))
    if parts.scheme not in _SCHEMES or not parts.hostname or not schema:
        raise ShopError("api_url is no address such as mysql://user@db.example.com/shop")
    for name in options:
        if name not in _OPTIONS:
            raise ShopError(f"api_url: there is no option {name}; known: {', '.join(_OPTIONS)}")
    return Address(
        parts.hostname,
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        schema,
        options.get("ssl", ""),
        options.get("ssl_ca"),
    )


def _text(value: str) -> str:
    return value


def _utc(value: str) -> str:
    return value if value.startswith("0000") else f"{value}+00:00"


# As `values` reads them from the log.
_FORMS: dict[int | type[Any], Callable[[str], object]] = {
    FIELD_TYPE.FLOAT: Decimal,
    FIELD_TYPE.DOUBLE: Decimal,
    FIELD_TYPE.TIMESTAMP: _utc,
    **dict.fromkeys((FIELD_TYPE.DATETIME, FIELD_TYPE.DATE, FIELD_TYPE.TIME), _text),
}


class Session:
    """One connection, opened when it is first needed and again after a fault. For one thread, but
    `cut` may be called from another one. Raises ShopBusy, ShopError or LogLost."""

    def __init__(self, where: Address, *, silence: float = 60.0) -> None:
        self._where = where
        self._silence = silence
        self._connection: pymysql.Connection[Cursor] | None = None
        self._line: socket.socket | None = None

    def ask(self, question: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The rows that answer."""
        return self.named(question, values)[1]

    def named(
        self, question: str, values: Sequence[object] = ()
    ) -> tuple[list[str], list[tuple[object, ...]]]:
        """The names of the answer's columns, and its rows."""
        with self._closed_on_fault(), self._open().cursor() as cursor:
            cursor.execute(question, tuple(values))
            return [str(column[0]) for column in cursor.description or ()], list(cursor.fetchall())

    def one(self, question: str) -> str:
        """The one value that answers, as text; '' for none."""
        rows = self.ask(question)
        value = rows[0][0] if rows else None
        return "" if value is None else str(value)

    def variable(self, name: str) -> str | None:
        """A variable of the server as it stands for all; None where the server has none of it."""
        rows = self.ask("SHOW GLOBAL VARIABLES LIKE %s", (name.replace("_", r"\_"),))
        return str(rows[0][1]) if rows else None

    def command(self, number: int, data: bytes) -> None:
        """Sends a command of the protocol."""
        with self._closed_on_fault():
            cast(Wire, self._open())._execute_command(number, data)

    def packets(self) -> Iterator[bytes]:
        """What the command's stream brings, until its end. The first byte only says that all is
        well."""
        with self._closed_on_fault():
            wire = cast(Wire, self._open())
            while not (found := wire._read_packet()).is_eof_packet():
                yield found.get_all_data()

    def line(self) -> socket.socket:
        """The connection's socket, to see whether more is there."""
        self._open()
        if self._line is None:
            raise ShopError("there is no connection")
        return self._line

    def cut(self) -> None:
        """Ends whatever the connection is waiting for."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends the connection."""
        connection, self._connection = self._connection, None
        line, self._line = self._line, None
        if connection is not None and connection.open:
            with contextlib.suppress(pymysql.MySQLError, OSError):
                connection.close()
        if line is not None:
            line.close()

    @contextlib.contextmanager
    def _closed_on_fault(self) -> Iterator[None]:
        try:
            with faults.translated():
                yield
        except ShopError:
            self.close()
            raise

    def _open(self) -> "pymysql.Connection[Cursor]":
        if self._connection is None or not self._connection.open:
            self.close()
            self._connection = self._connected()
        return self._connection

    def _connected(self) -> "pymysql.Connection[Cursor]":
        where = self._where
        connection: pymysql.Connection[Cursor] = pymysql.Connection(
            host=where.host,
            port=where.port,
            user=where.user,
            password=where.password,
            database=where.schema,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=self._silence,
            write_timeout=self._silence,
            conv={**conversions, **_FORMS},
            program_name="twofifty",
            defer_connect=True,
            init_command="SET time_zone = '+00:00'",
            ssl=_tls(where),
            ssl_disabled=where.tls == "off" or None,
        )
        line = socket.create_connection((where.host, where.port), _CONNECT_SECONDS)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._line = line.dup()
        connection.connect(line)
        return connection


def _tls(where: Address) -> ssl.SSLContext | None:
    if where.ssl_ca is None:
        return None
    try:
        return ssl.create_default_context(cafile=where.ssl_ca)
    except (OSError, ssl.SSLError) as fault:
        raise ShopError(f"ssl_ca: {where.ssl_ca} cannot be read: {fault}") from None
