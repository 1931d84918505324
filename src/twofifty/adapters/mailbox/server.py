"""The mailbox's SMTP side, on aiosmtpd, in the event loop of whoever starts it."""

import asyncio
from pathlib import Path
from weakref import WeakSet

from aiosmtpd.smtp import SMTP

from twofifty.adapters.mailbox.handler import Handler
from twofifty.adapters.mailbox.store import Mail, MailHead, Store
from twofifty.adapters.mailbox.writer import GroupWriter
from twofifty.clock import Clock, SystemClock
from twofifty.errors import StartError

MAX_SIZE = 10 * 1024 * 1024
"""Bytes of one mail."""

KEEP = 10_000
"""Mails; the oldest are forgotten."""


class Mailbox:
    """`path` is its own SQLite file. Reading blocks for a moment, works from any thread and
    process, and needs no server running."""

    def __init__(self, path: Path, *, keep: int = KEEP, clock: Clock | None = None) -> None:
        self._store = Store(path, keep)
        self._clock = clock or SystemClock()
        self._server: asyncio.Server | None = None
        self._sessions: WeakSet[SMTP] = WeakSet()
        self._writer: GroupWriter | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listens; returns the port. Raises StartError where it is taken."""
        loop = asyncio.get_running_loop()
        writer = GroupWriter(self._store)
        handler = Handler(writer, self._clock)
        try:
            self._server = await loop.create_server(lambda: self._session(handler), host, port)
        except OSError as error:
            raise StartError(
                f"mailbox: cannot listen on {host}:{port}: {error.strerror}"
            ) from error
        self._writer = writer
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stops listening, ends every session, and waits for what is being written."""
        if self._server is None or self._writer is None:
            return
        self._server.close()
        for session in list(self._sessions):
            if session.transport:
                session.transport.close()
        await self._server.wait_closed()
        await self._writer.close()
        self._server = self._writer = None

    def count(self) -> int:
        """How many mails are kept."""
        return self._store.count()

    def list(self, limit: int = 50, before: int | None = None) -> tuple[MailHead, ...]:
        """Newest first; those with an id smaller than `before`, if it is given."""
        return self._store.list(limit, before)

    def get(self, mail_id: int) -> Mail | None:
        """One mail, if it is still kept."""
        return self._store.get(mail_id)

    def find(self, message_id: str) -> tuple[Mail, ...]:
        """Every copy with that Message-ID, oldest first; with or without angle brackets."""
        return self._store.find(message_id)

    def _session(self, handler: Handler) -> SMTP:
        session = SMTP(
            handler,
            data_size_limit=MAX_SIZE,
            enable_SMTPUTF8=True,
            hostname="mailbox.localhost",
            ident="twofifty mailbox",
            loop=asyncio.get_running_loop(),
        )
        self._sessions.add(session)
        return session
