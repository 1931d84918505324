"""Reads `INBOUND_URL`. Pure.

    lmtp://127.0.0.1:2424                             listens; a mail server hands bounces over
    smtp://0.0.0.0:25                                 listens; the MX of the bounce domain
    imaps://user:password@mail.example.com/INBOX      fetches, by default every minute

Options of `imaps://` and `imap://`: `delete=yes` or `move=FOLDER` for what was read (by default it
is marked as seen), `every=SECONDS` from 5 to 3600, `ca=FILE` with certificates that alone are
trusted, and of `imap://` also `tls=none`, on this machine only. Several addresses have commas
between them. Credentials and folders are percent-encoded where they hold `@ : / ? # & %`. No
message of this module repeats any part of the address: a mistyped one may hold the password
anywhere.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from twofifty.errors import SettingsError

Protocol = Literal["lmtp", "smtp"]

_BETWEEN = re.compile(r"\s*,\s*(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_HOST = re.compile(r"[\w.-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_UNFIT = re.compile(r"[\x00-\x20\x7f]")
_FOLDER = re.compile(r'[^\x00-\x1f"\\\x7f-\U0010ffff]{1,200}')
_SECONDS = re.compile(r"\d{1,4}")
_PORTS: Final = {"lmtp": 24, "smtp": 25, "imaps": 993, "imap": 143}
_HERE: Final = ("127.0.0.1", "::1", "localhost")


class Listen(msgspec.Struct, frozen=True):
    """Where to listen, and what is spoken there."""

    protocol: Protocol
    host: str
    port: int

    @property
    def label(self) -> str:
        """`lmtp://HOST:PORT`: what logs may show."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.protocol}://{host}:{self.port}"


class Imap(msgspec.Struct, frozen=True):
    """A folder to fetch from. `encrypted`: TLS from the first byte, else by STARTTLS where `tls`.
    What was read is deleted (`delete`), goes to the folder `move`, or is marked as seen. `every`:
    seconds between looks. `ca`: a file of PEM certificates; empty: the system's."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    encrypted: bool = True
    tls: bool = True
    delete: bool = False
    move: str = ""
    every: float = 60.0
    ca: str = ""

    @property
    def label(self) -> str:
        """`HOST/FOLDER`: what logs may show."""
        return f"{self.host}/{self.folder}"

    def __repr__(self) -> str:
        return f"Imap({self.label})"


Inbound = Listen | Imap


def parse_inbound(text: str) -> tuple[Inbound, ...]:
    """All addresses of an `INBOUND_URL`, in order; none of an empty one. Raises SettingsError."""
    parts = _BETWEEN.split(text.strip()) if text.strip() else ()
    return tuple(_Reader(number, len(parts)).read(part) for number, part in enumerate(parts, 1))


class _Reader:
    """Reads one address and knows which one it is, for the message."""

    def __init__(self, number: int, total: int) -> None:
        self._name = "INBOUND_URL" if total == 1 else f"INBOUND_URL, address {number} of {total}"

    def read(self, text: str) -> Inbound:
        parts = self._split(text)
        if parts.scheme in ("lmtp", "smtp"):
            return self._listen(parts)
        return self._imap(parts)

    def _split(self, text: str) -> SplitResult:
        if _UNFIT.search(text):
            raise self._bad("holds a space or control character; percent-encode it")
        try:
            parts = urlsplit(text)
        except ValueError:
            raise self._bad("is not a URL; it should look like lmtp://127.0.0.1:2424") from None
        if parts.scheme not in _PORTS:
            raise self._bad("must begin with lmtp://, smtp://, imaps:// or imap://")
        if not _HOST.fullmatch(parts.hostname or ""):
            raise self._bad("names no host; percent-encode / ? # @ in credentials")
        if "#" in text:
            raise self._bad("has a # in it; write it as %23")
        return parts

    def _listen(self, parts: SplitResult) -> Listen:
        if "@" in parts.netloc or parts.path not in ("", "/") or parts.query:
            raise self._bad("may hold a host and a port only, for it is where to listen")
        protocol: Protocol = "lmtp" if parts.scheme == "lmtp" else "smtp"
        return Listen(protocol, parts.hostname or "", self._port(parts))

    def _imap(self, parts: SplitResult) -> Imap:
        user, password = self._decoded(parts.username), self._decoded(parts.password)
        if not user or not password:
            raise self._bad("needs a user and a password before the host")
        plain = Imap(
            host=parts.hostname or "",
            port=self._port(parts),
            user=user,
            password=password,
            folder=self._folder(parts.path.removeprefix("/") or "INBOX"),
            encrypted=parts.scheme == "imaps",
        )
        return self._complete(self._with_options(plain, parts.query))

    def _with_options(self, imap: Imap, query: str) -> Imap:
        seen: set[str] = set()
        for pair in query.split("&") if query else ():
            name, _, value = pair.partition("=")
            if name not in _OPTIONS:
                raise self._bad(f"has an option that is not one of {', '.join(_OPTIONS)}")
            if name in seen:
                raise self._bad(f"has the option {name} twice")
            seen.add(name)
            change, rule = _OPTIONS[name]
            changed = change(imap, self._decoded(value))
            if changed is None:
                raise self._bad(f"has an option {name} that is not {rule}")
            imap = changed
        return imap

    def _complete(self, imap: Imap) -> Imap:
        if imap.delete and imap.move:
            raise self._bad("may have one of delete and move")
        if imap.move and imap.move == imap.folder:
            raise self._bad("moves what was read to where it is read")
        return imap

    def _port(self, parts: SplitResult) -> int:
        try:
            port = parts.port
        except ValueError:
            port = 0
        if port == 0 or parts.netloc.endswith(":"):
            raise self._bad("needs a port between 1 and 65535 after the colon")
        return port or _PORTS[parts.scheme]

    def _folder(self, text: str) -> str:
        folder = self._decoded(text)
        if not _FOLDER.fullmatch(folder):
            raise self._bad("names a folder with signs that are none of plain English")
        return folder

    def _decoded(self, text: str | None) -> str:
        try:
            decoded = unquote(text or "", errors="strict")
        except UnicodeDecodeError:
            raise self._bad("has escapes that are not UTF-8") from None
        if _UNFIT.search(decoded.replace(" ", "")):
            raise self._bad("has an escaped control character")
        return decoded

    def _bad(self, what: str) -> SettingsError:
        return SettingsError(f"{self._name} {what}.")


def _delete(imap: Imap, value: str) -> Imap | None:
    known = {"yes": True, "no": False}
    return msgspec.structs.replace(imap, delete=known[value]) if value in known else None


def _move(imap: Imap, value: str) -> Imap | None:
    return msgspec.structs.replace(imap, move=value) if _FOLDER.fullmatch(value) else None


def _every(imap: Imap, value: str) -> Imap | None:
    seconds = int(value) if _SECONDS.fullmatch(value) else 0
    return msgspec.structs.replace(imap, every=float(seconds)) if 5 <= seconds <= 3_600 else None


def _ca(imap: Imap, value: str) -> Imap | None:
    return msgspec.structs.replace(imap, ca=value) if value else None


def _tls(imap: Imap, value: str) -> Imap | None:
    """Without it a password is readable on the way: only where there is none."""
    if value == "none" and not imap.encrypted and imap.host in _HERE:
        return msgspec.structs.replace(imap, tls=False)
    return imap if value == "starttls" and not imap.encrypted else None


_OPTIONS: Final[Mapping[str, tuple[Callable[[Imap, str], Imap | None], str]]] = {
    "delete": (_delete, "yes or no"),
    "move": (_move, "a folder's name in plain English"),
    "every": (_every, "a number of seconds from 5 to 3600"),
    "ca": (_ca, "a file"),
    "tls": (_tls, "starttls, or none on this machine, both of imap:// only"),
}
