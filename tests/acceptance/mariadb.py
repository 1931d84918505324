"""A real MariaDB of one's own on loopback, from Debian's package: made, stopped, thrown away."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pymysql
import pytest
from pymysql.cursors import Cursor

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_SETTINGS = {
    "log_bin": "binlog",
    "server_id": "1",
    "binlog_format": "ROW",
    "binlog_row_image": "FULL",
    "binlog_row_metadata": "FULL",
    "innodb_buffer_pool_size": "64M",
    "innodb_flush_log_at_trx_commit": "0",
    "sync_binlog": "0",
    "max_connections": "60",
    "skip_name_resolve": "1",
}


class MariadbServer:
    """One server with its own folder. Skips the test where MariaDB is not installed."""

    def __init__(self, folder: Path, **settings: str) -> None:
        program, install = (
            shutil.which(name, path=_PATH) for name in ("mariadbd", "mariadb-install-db")
        )
        if program is None or install is None:
            pytest.skip("MariaDB is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        self._data = folder / "data"
        self._log = folder / "server.log"
        self.port = _free_port()
        made = {**_SETTINGS, **settings}
        self._command = [
            program,
            "--no-defaults",
            f"--datadir={self._data}",
            f"--socket={folder / 'socket'}",
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            *(f"--{name}={value}" for name, value in made.items()),
        ]
        words = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        if os.getuid() == 0:
            self._command.append("--user=root")
            words.append("--user=root")
        subprocess.run(
            [install, "--no-defaults", f"--datadir={self._data}", *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def url(self, database: str, user: str = "root") -> str:
        """Where a database is."""
        return f"mysql://{user}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str | None = None) -> "pymysql.Connection[Cursor]":
        """A connection that may do everything."""
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user="root", database=database, charset="utf8mb4"
        )

    def run(self, *statements: str, database: str | None = None) -> None:
        """Statements, each committed."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            connection.autocommit(True)
            for statement in statements:
                cursor.execute(statement)

    def database(self, name: str) -> str:
        """A new, empty database; its URL."""
        self.run(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        return self.url(name)

    def purge(self) -> None:
        """Removes every file of the log but the newest, once no reader holds one any more."""
        with self.connect() as connection, connection.cursor() as cursor:
            for _ in range(300):
                cursor.execute("SHOW BINARY LOGS")
                files = [row[0] for row in cursor.fetchall()]
                if len(files) == 1:
                    return
                cursor.execute(f"PURGE BINARY LOGS TO '{files[-1]}'")
                time.sleep(0.1)
        raise RuntimeError("the binary log cannot be purged")

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        for _ in range(600):
            try:
                self.connect().close()
            except pymysql.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(self._log.read_text())

    def stop(self, *, crash: bool = False) -> None:
        """Stops it, or ends it as a crash would."""
        process, self._process = self._process, None
        if process is not None:
            if crash:
                process.kill()
            else:
                process.terminate()
            process.wait(60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
