"""What comes after a mail has left, over the shop of these tests and a store in memory."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from twofifty.adapters.memory.heard import TaskRow
from twofifty.adapters.memory.store import MemoryStore
from twofifty.track.feedback import Feedback
from twofifty.track.model import Silence, Suppression, Taken
from twofifty.web.care import Care


def done(work: Coroutine[Any, Any, Any]) -> None:
    """Waits for `work` in a thread, for a browser has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


class News:
    """Implements `track.ports.Reports` over the mails of a shop."""

    def __init__(self, shop: Any) -> None:
        self._shop = shop
        self.kept: dict[str, list[Feedback]] = {}
        self.silent = Silence(0)

    async def take(self, origin: str, news: Sequence[Feedback], raw: bytes) -> Taken:
        for one in news:
            self.kept.setdefault(one.own_id or "", []).append(one)
        return Taken(kept=len(news))

    async def of(self, message_id: str) -> Sequence[Feedback] | None:
        if message_id not in self._shop.mails:
            return None
        return tuple(self.kept.get(message_id, ()))

    async def silence(self) -> Silence:
        return self.silent


class Cared:
    """Everything of it, and a few addresses and tasks to begin with."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.store = MemoryStore(shop.clock)
        self.news = News(shop)
        self.instance = ""
        self.silence_after = 0

    def care(self) -> Care:
        store = self.store
        return Care(
            store.suppressions, store.tasks, self.news, store.brakes, self.instance,
            self.silence_after,
        )  # fmt: skip

    def task(self, message_id: str, address: str, suggestion: str | None = None) -> str:
        """An open task about the order of a message; its id."""
        tasks = self.store.rows.feedback.tasks
        view = self.shop.mails[message_id][0]
        at = self.shop.clock.seconds() - 60
        number = len(tasks) + 1
        named = (view.source, view.order_id, view.order_number, message_id, address)
        tasks.append(TaskRow(number, at, *named, suggestion))
        return f"t_{number}"

    def suppression(self, address: str, **fields: Any) -> Suppression:
        now = self.shop.clock.now()
        given = {"scope": "all", "cause": "hard_bounce", "at": now - timedelta(hours=3)} | fields
        return Suppression(address=address, **given)
