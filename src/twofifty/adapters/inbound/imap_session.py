"""A connection to an IMAP server (RFC 3501), one command after the other. It blocks: run it in a
thread. No fault of it repeats what the server said, which may hold a user's name."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import msgspec

from twofifty.adapters.inbound.url import Imap
from twofifty.errors import TwofiftyError

SECONDS: Final = 20.0
"""How long the server may take for one answer."""

Mails = dict[int, bytes]
"""By UID."""

_UID: Final = re.compile(rb"\bUID (\d{1,10})\b")
T = TypeVar("T")
_Part = bytes | tuple[bytes, bytes] | None


class Bounds(msgspec.Struct, frozen=True):
    """How much is asked for at once, so that no answer grows with the mailbox: mails that are
    looked through (`window`), mails that are fetched (`batch`), and bytes of one mail (`longest`),
    which is read as far as that."""

    window: int = 2_000
    batch: int = 20
    longest: int = 4 * 1024 * 1024


class ImapFault(TwofiftyError):
    """The mailbox cannot be read."""


class ImapSession:
    """Logged in, with the folder open. Raises ImapFault and OSError."""

    def __init__(self, where: Imap, bounds: Bounds) -> None:
        self._where = where
        self._bounds = bounds
        self._imap = _connected(where)
        try:
            self._log_in()
            # Much of it is offered only to who is logged in.
            _, offered = self._imap.capability()
            self._offers = {word.upper() for word in _words(offered)}
            if where.move:
                # Where it is there already, the server says no.
                self._imap.create(_quoted(where.move))
        except imaplib.IMAP4.error:
            self.close()
            raise ImapFault("the connection broke while logging in") from None
        except BaseException:
            self.close()
            raise

    def waiting(self) -> Iterator[list[int]]:
        """The UIDs of mails that nobody read yet, by windows, the newest first: what is deleted
        meanwhile changes no number below it."""
        wanted = "UNDELETED" if self._where.delete or self._where.move else "UNSEEN"
        size = self._bounds.window
        for last in range(self._opened(), 0, -size):
            data = self._uid("SEARCH", f"{max(1, last - size + 1)}:{last}", wanted)
            yield [int(one) for one in _words(data) if one.isdigit()]

    def fetched(self, uids: Sequence[int]) -> Mails:
        """The mails, not marked as seen by that; one that is gone meanwhile is left out."""
        data = self._uid("FETCH", _set(uids), f"(UID BODY.PEEK[]<0.{self._bounds.longest}>)")
        return dict(_mails(data))

    def done(self, uids: Sequence[int]) -> None:
        """They are kept elsewhere now: deleted, moved, or marked as seen."""
        if self._where.move:
            self._moved(uids)
        elif self._where.delete:
            self._deleted(uids)
        else:
            self._uid("STORE", _set(uids), "+FLAGS.SILENT", r"(\Seen)")

    def break_off(self) -> None:
        """Ends what is going on in another thread, which then fails at once."""
        with contextlib.suppress(OSError):
            self._imap.socket().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Frees the connection, with nothing going on in it. A goodbye would be one more answer to
        wait for."""
        self.break_off()
        with contextlib.suppress(OSError):
            self._imap.shutdown()

    def _log_in(self) -> None:
        where = self._where
        try:
            if "AUTH=PLAIN" in self._imap.capabilities:
                told = f"\0{where.user}\0{where.password}".encode()
                self._imap.authenticate("PLAIN", lambda _: told)
            else:
                self._imap.login(where.user, where.password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeError):
            raise ImapFault("the server refuses the log-in") from None

    def _opened(self) -> int:
        """Opens the folder, anew each time; how many mails it has."""
        try:
            (number, *_) = self._said(self._imap.select(_quoted(self._where.folder)), "the folder")
        except imaplib.IMAP4.error:
            raise ImapFault("the connection broke, or the folder is only to be read") from None
        return int(number) if isinstance(number, bytes) and number.isdigit() else 0

    def _moved(self, uids: Sequence[int]) -> None:
        target = _quoted(self._where.move)
        if b"MOVE" in self._offers:
            self._uid("MOVE", _set(uids), target)
            return
        self._uid("COPY", _set(uids), target)
        self._deleted(uids)

    def _deleted(self, uids: Sequence[int]) -> None:
        self._uid("STORE", _set(uids), "+FLAGS.SILENT", r"(\Deleted)")
        if b"UIDPLUS" in self._offers:
            self._uid("EXPUNGE", _set(uids))
            return
        try:
            self._said(self._imap.expunge(), "an EXPUNGE")
        except imaplib.IMAP4.error:
            raise ImapFault("the connection broke") from None

    def _uid(self, command: str, *words: str) -> list[_Part]:
        try:
            return self._said(self._imap.uid(command, *words), f"a {command}")
        except imaplib.IMAP4.error:
            raise ImapFault(f"the connection broke at a {command}") from None

    def _said(self, answer: tuple[str, list[T]], what: str) -> list[T]:
        if answer[0] != "OK":
            raise ImapFault(f"the server refuses {what}")
        return answer[1]


def _connected(where: Imap) -> imaplib.IMAP4:
    try:
        if where.encrypted:
            context = _context(where)
            return imaplib.IMAP4_SSL(where.host, where.port, ssl_context=context, timeout=SECONDS)
        made = imaplib.IMAP4(where.host, where.port, timeout=SECONDS)
        if where.tls:
            made.starttls(_context(where))
        return made
    except imaplib.IMAP4.error:
        raise ImapFault("the server does not speak IMAP, or no STARTTLS") from None


def _context(where: Imap) -> ssl.SSLContext:
    """Certificates are checked, always."""
    return ssl.create_default_context(cafile=where.ca or None)


def _words(data: Sequence[_Part]) -> list[bytes]:
    return [word for part in data if isinstance(part, bytes) for word in part.split()]


def _mails(data: Sequence[_Part]) -> Iterator[tuple[int, bytes]]:
    """A mail is a pair: what stands before its bytes, and these; its UID may stand behind too. One
    without a byte is no pair."""
    following = [*data[1:], None]
    for part, after in zip(data, following, strict=True):
        head, raw = part if isinstance(part, tuple) else (part, b"")
        tail = after if isinstance(after, bytes) else b""
        found = _UID.search(head or b"") or (_UID.search(tail) if raw else None)
        if found and (raw or b"BODY[]" in (head or b"")):
            yield int(found[1]), raw


def _set(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _quoted(folder: str) -> str:
    return f'"{folder}"'
