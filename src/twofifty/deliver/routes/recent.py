"""What is remembered of many, for the most recent of them: memory has a bound."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 4_096


class Recent(Generic[K, V]):
    """At most `most` entries; the one that was used least recently goes first."""

    __slots__ = ("_entries", "_most")

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def get(self, key: K) -> V | None:
        """What is kept under `key`, which is now the most recent one."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: K, entry: V) -> V:
        """Keeps `entry`, and gives it back."""
        self._entries[key] = entry
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)
        return entry

    def drop(self, key: K) -> V | None:
        """Forgets `key`, and gives back what was kept under it."""
        return self._entries.pop(key, None)
