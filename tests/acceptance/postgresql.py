"""A real PostgreSQL of one's own on loopback, from Debian's package: made, stopped, thrown away."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from twofifty.testing.ports import free_port

_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
wal_level = logical
max_wal_senders = 20
max_replication_slots = 20
max_connections = 60
fsync = off
full_page_writes = off
shared_buffers = 64MB
wal_keep_size = 0
min_wal_size = 32MB
max_wal_size = 64MB
log_min_messages = warning
"""


def programs() -> Path | None:
    """Where Debian keeps the server's programs, of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


class PostgresqlServer:
    """One server with a folder of its own, outside of pytest's, which only root may enter: the
    server runs as another user. Skips the test where PostgreSQL is not installed."""

    def __init__(self) -> None:
        bin_folder = programs()
        if bin_folder is None:
            pytest.skip("PostgreSQL is not installed")
        self._bin = bin_folder
        self._folder = folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self._data = folder / "data"
        self._log = folder / "server.log"
        self.port = free_port()
        if os.getuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        self._run("initdb", "-D", str(self._data), "-U", "admin", "--auth", "trust", "-N")
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS.format(port=self.port))
        with (self._data / "pg_hba.conf").open("a") as file:
            file.write("host replication all 127.0.0.1/32 trust\n")
        self.start()

    def url(self, database: str = "postgres", user: str = "admin") -> str:
        """Where a database is."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts the server and waits until it answers. Raises RuntimeError with what it said."""
        try:
            self._run("pg_ctl", "-D", str(self._data), "-l", str(self._log), "-w", "start")
        except subprocess.CalledProcessError:
            raise RuntimeError(self._log.read_text()) from None

    def stop(self) -> None:
        """Stops it at once, as a crash would."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stops it for good."""
        self.stop()
        shutil.rmtree(self._folder)

    def database(self, name: str) -> str:
        """A new, empty database; its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def copied(self, name: str, origin: str) -> str:
        """A new database with all that is in another one, which nobody may be using; its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{origin}"')
        return self.url(name)

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._bin / program), *words]
        if os.getuid() == 0:
            command = [
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                *command,
            ]
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            cwd="/",
        )
