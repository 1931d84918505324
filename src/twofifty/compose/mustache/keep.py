"""What a section wrote of a record that mails share (`kept.py`), so that it is written once.

The text of a section's item follows from the item and from what the names in the section say around
it. The latter are asked for once, before the first such item, and become a key; under it the item
keeps its text.
"""

from typing import Final

from twofifty.compose.kept import Kept

_MOST_KEYS: Final = 1_024
# What is equal of them is written alike.
_SIMPLE: Final[frozenset[type]] = frozenset((str, bool, type(None)))
_NEVER: Final = object()


class Keys:
    """The keys of one compiled template."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], object] = {}

    def __call__(self, *said: object) -> object:
        """The key of a section, by its number, and of what the names say around it."""
        if not all(each.__class__ in _SIMPLE for each in said[1:]):
            return _NEVER
        known = self._known.get(said)
        if known is None:
            if len(self._known) >= _MOST_KEYS:
                self._known.clear()
            known = self._known[said] = object()
        return known


def keep(item: Kept, key: object, pieces: list[str]) -> None:
    """Keeps what was written of an item."""
    if key is not _NEVER:
        item.keep(key, "".join(pieces))
