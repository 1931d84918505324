"""A proof: one mail of a version to an address of one's own, by the route that all mails take.

It leaves no trace in the store: no order has it, nothing is owed for it, nothing is tried again.
"""

from collections.abc import Callable
from typing import Protocol

from twofifty.compose.letter import Letter
from twofifty.compose.pack import Pack
from twofifty.deliver.outcome import Accepted
from twofifty.deliver.ports import Channel, Envelope
from twofifty.errors import Unpublishable
from twofifty.flow.preview import ID, Desktop
from twofifty.notice.recipient import is_canary, unusable


class Proving(Protocol):
    """Sends proofs, as `Proofs` does."""

    async def send(self, pack: Pack, letter: Letter, to: str) -> Accepted:
        """Sends one mail. Raises Unpublishable, `TemplateError` and whatever else a pack's fault
        raises."""
        ...


class NoProofs:
    """For a face that sends nothing."""

    async def send(self, pack: Pack, letter: Letter, to: str) -> Accepted:
        """See `Proving`."""
        raise Unpublishable("nothing can be sent from here")


class Proofs:
    """`opened` opens the channel that mails leave by; it is closed after each proof."""

    def __init__(self, desktop: Desktop, opened: Callable[[], Channel]) -> None:
        self._desktop = desktop
        self._opened = opened

    async def send(self, pack: Pack, letter: Letter, to: str) -> Accepted:
        """See `Proving`. Tried once."""
        if fault := _unusable(to):
            raise Unpublishable(fault)
        mail = self._desktop.composed(pack, letter, to)
        sender = self._desktop.press(letter.order.source).sender.address
        channel = self._opened()
        try:
            outcome = await channel.send(Envelope(ID, sender, to, mail.mime), _always)
        finally:
            await channel.close()
        if isinstance(outcome, Accepted):
            return outcome
        raise Unpublishable(f"it was not taken: {getattr(outcome, 'reason', outcome)}")


def _unusable(to: str) -> str | None:
    return "nobody has an address of canary orders" if is_canary(to) else unusable(to)


async def _always() -> bool:
    return True
