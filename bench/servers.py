"""Servers of one's own on loopback, durable as in production: PostgreSQL, RabbitMQ."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import psycopg

from bench.figures import Skipped
from tests.acceptance.postgresql import PostgresqlServer, programs
from twofifty.testing.ports import free_port

DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "1GB",
    "wal_level": "replica",
}
RABBIT = Path("/usr/lib/rabbitmq/bin")
COOKIE = "of-a-bench"


class Server(msgspec.Struct, frozen=True):
    """A server that runs: its URL, and the process above all of its own."""

    url: str
    pid: int


@contextmanager
def postgresql() -> Iterator[Server]:
    """A fresh database. Raises Skipped where PostgreSQL is not installed."""
    if programs() is None:
        raise Skipped("PostgreSQL is not installed")
    server = PostgresqlServer()
    try:
        with closing(psycopg.connect(server.url(), autocommit=True)) as connection:
            for name, value in DURABLE.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.start()
        yield Server(server.database("bench"), _postmaster(server.url()))
    finally:
        server.remove()


def _postmaster(url: str) -> int:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return int(Path(f"/proc/{row[0]}/stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def rabbitmq() -> Iterator[Server]:
    """A fresh node. Raises Skipped where RabbitMQ is not installed."""
    if not (RABBIT / "rabbitmq-server").exists():
        raise Skipped("RabbitMQ is not installed")
    folder = Path(tempfile.mkdtemp(prefix="rabbitmq-"))
    port = free_port()
    environ = _environ(folder, port)
    for path in (folder, *folder.iterdir()):
        if os.getuid() == 0:
            user = pwd.getpwnam("rabbitmq")
            os.chown(path, user.pw_uid, user.pw_gid)
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            (*_as_rabbit(), str(RABBIT / "rabbitmq-server")),
            env=environ,
            cwd=folder,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _ctl(environ, "await_startup", "--timeout", "90")
        yield Server(f"amqp://guest:guest@127.0.0.1:{port}/", process.pid)
    finally:
        _ctl(environ, "stop")
        process.wait(60)
        kill = ("epmd", "-port", environ["ERL_EPMD_PORT"], "-kill")
        subprocess.run(kill, check=False, capture_output=True)
        shutil.rmtree(folder)


def queues(server: Server) -> list[str]:
    """The queues of a RabbitMQ node."""
    port = int(server.url.rpartition(":")[2].strip("/"))
    folder = Path(f"/proc/{server.pid}/cwd").readlink()
    said = _ctl(_environ(folder, port), "list_queues", "--quiet", "name")
    return [line for line in said.split() if line != "name"]


def _environ(folder: Path, port: int) -> dict[str, str]:
    settings = folder / "rabbitmq.conf"
    if not settings.exists():
        settings.write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\nloopback_users.guest = true\n")
        (folder / "ports").write_text(f"{free_port()} {free_port()}")
    dist, epmd = (folder / "ports").read_text().split()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"bench{port}@localhost",
        "RABBITMQ_MNESIA_BASE": str(folder),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_DIST_PORT": dist,
        "ERL_EPMD_PORT": epmd,
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            f"-kernel inet_dist_use_interface {{127,0,0,1}} -setcookie {COOKIE}"
        ),
        "RABBITMQ_CTL_ERL_ARGS": f"-setcookie {COOKIE}",
    }


def _as_rabbit() -> tuple[str, ...]:
    if os.getuid() != 0:
        return ()
    return ("setpriv", "--reuid=rabbitmq", "--regid=rabbitmq", "--clear-groups")


def _ctl(environ: dict[str, str], *words: str) -> str:
    for _ in range(60):
        done = subprocess.run(
            (*_as_rabbit(), str(RABBIT / "rabbitmqctl"), *words),
            env=environ,
            cwd=environ["HOME"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return done.stdout
        time.sleep(1)
    raise RuntimeError(f"rabbitmqctl {words[0]}: {done.stderr[-500:]}")
