"""What a source's mails are made with."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from twofifty.compose import inputs, mime
from twofifty.compose.composed import Composed
from twofifty.compose.letter import Letter, Seed
from twofifty.compose.pack import Pack
from twofifty.compose.tongue import Tongue
from twofifty.flow.identity import Bare, Identity
from twofifty.flow.stock import StockBook
from twofifty.order.model import Order

Page = Callable[[Order, datetime], str | None]


def no_page(order: Order, at: datetime) -> str | None:
    """There is no page of ours."""


class Composing(Protocol):
    """Makes mails of letters, as `compose.composer.Composer` does."""

    @property
    def setting(self) -> inputs.Setting:
        """What all of them share."""
        ...

    def compose(self, letter: Letter, seed: Seed) -> Composed:
        """The mail. Raises `mime.MimeError` only for unusable addresses or ids in the seed."""
        ...

    def compose_as(self, pack: Pack | None, letter: Letter, seed: Seed) -> Composed:
        """The mail as this pack alone makes it; None: the plain receipt. Raises `TemplateError`
        and whatever a fault of the pack raises."""
        ...

    def inputs(self, letter: Letter, seed: Seed, composed: Composed) -> inputs.Inputs:
        """What a mail was composed from."""
        ...

    def tongue(self, pack: Pack, tag: str | None) -> Tongue:
        """How a pack speaks to a customer of a language."""
        ...


class Press(msgspec.Struct, frozen=True):
    """How a source's mails are made: the composer, the sender, where the customer finds an order
    (given the order and the mail's time; None: nowhere of ours), where its stock is looked up
    (None: only the order says it), and what makes them ours."""

    composer: Composing
    sender: mime.Mailbox
    page: Page = no_page
    stock: StockBook | None = None
    identity: Identity = Bare()
