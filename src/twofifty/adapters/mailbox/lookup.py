"""Asking the built-in mailbox what became of a message: it keeps every Message-ID."""

import asyncio
from pathlib import Path

from twofifty.adapters.mailbox.server import Mailbox


class MailboxLookup:
    """Implements `deliver.ports.Lookup` on the mailbox's own file, from whichever process."""

    def __init__(self, path: Path) -> None:
        self._mailbox = Mailbox(path)

    async def accepted(self, message_id: str) -> bool | None:
        """See `deliver.ports.Lookup`. It commits before its 250, so what it has not it has not."""
        return bool(await asyncio.to_thread(self._mailbox.find, message_id))
