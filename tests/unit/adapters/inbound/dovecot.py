"""A real IMAP server from the system's packages, on loopback, with one mailbox."""

import contextlib
import imaplib
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from twofifty.testing.certificates import Authority
from twofifty.testing.ports import free_port

PATHS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
DOVECOT = shutil.which("dovecot", path=PATHS)
USER, PASSWORD = "bounces@example.com", "pa ss/w@rd%ü"
MAY_RUN = DOVECOT is not None and os.geteuid() == 0

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
first_valid_gid = 1
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
"""


class Dovecot:
    """`plain` and `secure` are its ports, `ca` the certificate to trust."""

    def __init__(self, folder: Path, capability: str = "") -> None:
        self.plain, self.secure = free_port(), free_port()
        self._folder = folder
        authority = Authority(datetime.now(UTC))
        certificate, key = authority.good().save(folder)
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(authority.pem)
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "nobody", "nogroup")
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        told = {"certificate": certificate, "key": key}
        text = _CONFIG.format(folder=folder, plain=self.plain, secure=self.secure, **told)
        (folder / "dovecot.conf").write_text(text + capability)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            (str(DOVECOT), "-F", "-c", str(self._folder / "dovecot.conf"))
        )
        until = time.monotonic() + 20
        while True:
            try:
                with self.client():
                    return
            except (OSError, imaplib.IMAP4.error):
                assert time.monotonic() < until, (self._folder / "log").read_text()
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    @contextlib.contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Somebody who looks at the mailbox."""
        context = ssl.create_default_context(cafile=str(self.ca))
        with imaplib.IMAP4_SSL("127.0.0.1", self.secure, ssl_context=context, timeout=20) as made:
            made.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
            made.select(folder)
            yield made

    def deliver(self, mails: Sequence[bytes]) -> None:
        with self.client() as client:
            for raw in mails:
                assert client.append("INBOX", "", "", raw)[0] == "OK"

    def count(self, criterion: str = "ALL", folder: str = "INBOX") -> int:
        """How many mails of the folder are so."""
        with self.client(folder) as client:
            data = client.search(None, criterion)[1]
            return len(data[0].split())


@contextlib.contextmanager
def dovecot(capability: str = "") -> Iterator[Dovecot]:
    """Outside the test's own folder, which only its owner may enter."""
    with tempfile.TemporaryDirectory(prefix="imap") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Dovecot(folder, capability)
        try:
            server.start()
            yield server
        finally:
            server.stop()
