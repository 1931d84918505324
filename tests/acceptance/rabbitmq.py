"""A real RabbitMQ of one's own on loopback, from Debian's package: made, stopped, killed, started
again, thrown away. Its own name, folders, ports, cookie and port mapper: it meets no other."""

import atexit
import functools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from twofifty.testing.ports import free_port

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
START_SECONDS = 120.0
_CONF = """
listeners.tcp.default = 127.0.0.1:{port}
{tls}
loopback_users = none
log.file.level = warning
vm_memory_high_watermark.absolute = 512MiB
disk_free_limit.absolute = 10MB
raft.wal_max_size_bytes = 16777216
collect_statistics_interval = 60000
"""
_TLS = """listeners.ssl.default = 127.0.0.1:{port}
ssl_options.certfile = {certificate}
ssl_options.keyfile = {key}
"""


@functools.cache
def shared_server() -> "RabbitmqServer":
    """One broker for all tests of this process that do it no harm: each under a prefix of its
    own."""
    server = RabbitmqServer()
    atexit.register(server.remove)
    return server


def fresh_url(server: "RabbitmqServer", query: str = "") -> str:
    """The broker's URL with a prefix that nobody has."""
    return server.url(query=f"prefix=t-{secrets.token_hex(6)}{query and '&' + query}")


class RabbitmqServer:
    """One broker. Skips the test where RabbitMQ is not installed. `tls`: files of a certificate and
    its key, with which it speaks TLS on `tls_port` too."""

    def __init__(self, tls: tuple[Path, Path] | None = None) -> None:
        if not (PROGRAMS / "rabbitmq-server").exists():
            pytest.skip("RabbitMQ is not installed")
        self._folder = folder = Path(tempfile.mkdtemp(prefix="rabbitmq-"))
        self.port, self.tls_port = free_port(), free_port()
        self._node = f"twofifty{self.port}@localhost"
        self._server: subprocess.Popen[bytes] | None = None
        (folder / "rabbitmq.conf").write_text(
            _CONF.format(port=self.port, tls=self._tls(tls) if tls else "")
        )
        (folder / "enabled_plugins").write_text("[].")
        cookie = folder / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)
        self._environ = self._told()
        self._give_away(folder, *folder.iterdir())
        self.start()

    def _told(self) -> dict[str, str]:
        folder = str(self._folder)
        return {
            "PATH": f"{PROGRAMS}:/usr/bin:/bin:/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            "HOME": folder,
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none -kernel "
            "inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_ERL_ARGS": "+S 1:1 +sbwt none",
        }

    def url(self, vhost: str = "", query: str = "") -> str:
        """Where it is."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{vhost}{query and '?' + query}"

    def vhost(self) -> str:
        """A new virtual host, its name."""
        name = f"v{secrets.token_hex(4)}"
        self.control("add_vhost", name)
        self.control("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
        return name

    def start(self) -> None:
        """Starts it and waits until it listens. Raises RuntimeError with what it said."""
        with (self._folder / "said").open("ab") as said:
            self._server = subprocess.Popen(
                self._as_user(str(PROGRAMS / "rabbitmq-server")),
                env=self._environ,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not self._listens():
            if self._server.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self._folder / "said").read_text()[-2000:])
            time.sleep(0.1)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            self._server = None

    def restart(self) -> None:
        """Killed, and started again with what was on its disk."""
        self.kill()
        self.start()

    def wipe(self) -> None:
        """Killed, and started again with nothing on its disk."""
        self.kill()
        shutil.rmtree(self._folder / "mnesia")
        self.start()

    def control(self, *words: str) -> str:
        """`rabbitmqctl WORDS`: what it printed. Raises CalledProcessError."""
        done = subprocess.run(
            self._as_user(str(PROGRAMS / "rabbitmqctl"), "-q", *words),
            env=self._environ,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    def remove(self) -> None:
        """Ends it for good, its port mapper too."""
        self.kill()
        self._end_mapper()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end_mapper(self) -> None:
        """The port mapper ends once it has noticed that its node is gone."""
        for _ in range(100):
            if "Killed" in self._mapper("-kill") or "Cannot connect" in self._mapper("-names"):
                return
            time.sleep(0.1)

    def _mapper(self, *words: str) -> str:
        told = ["epmd", "-port", self._environ["ERL_EPMD_PORT"], *words]
        done = subprocess.run(
            told, env=self._environ, capture_output=True, text=True, timeout=20, check=False
        )
        return done.stdout + done.stderr

    def _listens(self) -> bool:
        """Whether it answers as a broker does: a wrong protocol header is told the right one."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(b"AMQP\x00\x00\x00\x00")
                return line.recv(8)[:4] == b"AMQP"
        except OSError:
            return False

    def _tls(self, files: tuple[Path, Path]) -> str:
        copies = [shutil.copy(file, self._folder) for file in files]
        return _TLS.format(port=self.tls_port, certificate=copies[0], key=copies[1])

    def _give_away(self, *paths: Path) -> None:
        if os.getuid() == 0:
            user = pwd.getpwnam("rabbitmq")
            for path in paths:
                os.chown(path, user.pw_uid, user.pw_gid)

    def _as_user(self, *command: str) -> tuple[str, ...]:
        if os.getuid() != 0:
            return command
        return (
            "setpriv",
            "--reuid=rabbitmq",
            "--regid=rabbitmq",
            "--clear-groups",
            *command,
        )
