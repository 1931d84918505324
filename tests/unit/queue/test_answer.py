"""A store is asked again when it may answer otherwise, and not before."""

import asyncio

import pytest

from twofifty.errors import StoreError
from twofifty.queue.answer import LONGEST, KeptAnswer


class Desk:
    """Answers with how often it was asked; refuses while `shut`."""

    def __init__(self) -> None:
        self.asked = 0
        self.version = 1
        self.seconds = 0.0
        self.shut = False
        self.during = 0
        self.answer = KeptAnswer(self._ask, lambda: self.version, lambda: self.seconds)

    async def _ask(self) -> int:
        self.version += self.during
        if self.shut:
            raise StoreError("shut")
        self.asked += 1
        return self.asked

    def get(self) -> int:
        """The answer now."""
        return asyncio.run(self.answer.get())


def test_nothing_is_asked_while_nothing_is_committed() -> None:
    desk = Desk()
    assert [desk.get() for _ in range(3)] == [1, 1, 1]


def test_a_commit_has_it_asked_again() -> None:
    desk = Desk()
    desk.get()
    desk.version = 2
    assert desk.get() == 2


def test_what_is_committed_while_it_is_asked_has_it_asked_again() -> None:
    desk = Desk()
    desk.during = 1
    assert [desk.get(), desk.get()] == [1, 2]


def test_after_a_while_it_is_asked_all_the_same() -> None:
    desk = Desk()
    desk.get()
    desk.seconds = LONGEST - 0.1
    assert desk.get() == 1
    desk.seconds = LONGEST
    assert desk.get() == 2


def test_a_refusal_is_not_kept() -> None:
    desk = Desk()
    desk.get()
    desk.version, desk.shut = 2, True
    with pytest.raises(StoreError):
        desk.get()
    desk.shut, desk.version = False, 1
    assert desk.get() == 2
