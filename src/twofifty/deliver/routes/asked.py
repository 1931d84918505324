"""Asking several routes behind the interface of one."""

from collections.abc import Sequence

from twofifty.deliver.ports import Lookup


class AskedAll:
    """Which route a doubt came from is not always known; then all are asked: one that has the
    message settles it, and only where all surely have not may it be sent again."""

    def __init__(self, lookups: Sequence[Lookup]) -> None:
        self._lookups = tuple(lookups)

    async def accepted(self, message_id: str) -> bool | None:
        """See `deliver.ports.Lookup`."""
        answers = [await lookup.accepted(message_id) for lookup in self._lookups]
        if any(answers):
            return True
        return None if None in answers else False
