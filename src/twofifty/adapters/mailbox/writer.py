"""Group commit for the mailbox, away from the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from twofifty.adapters.mailbox.store import Arrived, Store


class GroupWriter:
    """Commits whatever waits in one transaction, in a thread of its own. A lone mail waits for
    nobody."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mailbox")
        self._waiting: list[tuple[Arrived, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, mail: Arrived) -> None:
        """Returns when the mail is on disk. Raises what the store raises."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((mail, done))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._drain())
        await asyncio.shield(done)

    async def close(self) -> None:
        """Waits for what is under way."""
        if self._task:
            await self._task
        self._thread.shutdown()

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            error: Exception | None = None
            try:
                mails = [mail for mail, _ in batch]
                await loop.run_in_executor(self._thread, self._store.append, mails)
            except Exception as raised:  # noqa: BLE001
                # Whoever waits must hear of it.
                error = raised
            for _, done in batch:
                _settle(done, error)


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.cancelled():
        return
    if error:
        done.set_exception(error)
    else:
        done.set_result(None)
