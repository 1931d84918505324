"""What the suites share: finding their promises, and keeping one."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


def promises(suite: type) -> list[str]:
    """The names of a suite's promises, in the order of the alphabet."""
    return [
        name
        for name, member in inspect.getmembers(suite, inspect.iscoroutinefunction)
        if name.startswith("test_")
    ]


class Suite(Generic[T]):
    """Runs promises, each on a subject of its own."""

    def promise(self, name: str) -> Callable[[T], Awaitable[None]]:
        """The promise `name`. Raises AttributeError for a name that is none."""
        found: Callable[[T], Awaitable[None]] = getattr(self, name)
        return found
