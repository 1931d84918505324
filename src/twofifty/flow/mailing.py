"""From a leased message to the mail that says it, or to the bytes that said it before."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.compose import inputs, mime
from twofifty.compose.composed import Composed
from twofifty.compose.letter import Letter, Seed
from twofifty.deliver.ports import Envelope, Frozen, Leased
from twofifty.flow.press import Press
from twofifty.flow.stock import SHOW_STOCK
from twofifty.notice.recipient import is_canary
from twofifty.order import wire
from twofifty.order.model import Stock


def _nobody_asks(message: int) -> None:
    """Told to nobody."""


class Mailing:
    """Makes mails. `presses` by source name, '' for any other. `at_work` is told which message
    could bring this process down right now, 0 for none."""

    def __init__(
        self,
        presses: Mapping[str, Press],
        clock: Clock,
        at_work: Callable[[int], None] = _nobody_asks,
    ) -> None:
        self._presses = presses
        self._clock = clock
        self._at_work = at_work

    async def made(self, item: Leased) -> tuple[Frozen, Envelope]:
        """The message in bytes, and in its envelope."""
        press = self._press(item)
        frozen = await self._frozen(item, press)
        sender = press.identity.return_path(press.sender.address, item.message_id)
        return frozen, Envelope(item.message_id, sender, item.recipient, frozen.raw)

    async def _frozen(self, item: Leased, press: Press) -> Frozen:
        if item.raw is not None:
            return Frozen(item.raw, "", item.rfc_id or "", "")
        stock = await self._stock(item, press)
        date = datetime.fromtimestamp(int(self._clock.seconds()), UTC)
        frozen = self._composed(item, (press, date), stock)
        sender = press.sender.address
        if not press.identity.signs(sender):
            return frozen
        # The arithmetic of a signature runs without the interpreter lock: other mails go on.
        loop = asyncio.get_running_loop()
        raw = await loop.run_in_executor(None, press.identity.signed, frozen.raw, sender, date)
        return msgspec.structs.replace(frozen, raw=raw)

    async def _stock(self, item: Leased, press: Press) -> Mapping[str, Stock]:
        """What the shop has now, where the mail shows it."""
        book = press.stock
        if book is None or item.kind not in SHOW_STOCK or of_canary(item):
            return {}
        return await book.levels(wire.decode(item.order))

    def _composed(
        self, item: Leased, made: tuple[Press, datetime], stock: Mapping[str, Stock]
    ) -> Frozen:
        """The mail, not signed yet; `made`: by which press, and when."""
        press, date = made
        self._at_work(item.seq)
        began = time.perf_counter()
        seed = _seed(item, press, date)
        letter = _letter(item, made, stock)
        composed = press.composer.compose(letter, seed)
        telemetry.TALLY.composed(time.perf_counter() - began)
        self._at_work(0)
        if composed.degraded:
            _say_degraded(item, composed)
        return Frozen(
            raw=composed.mime,
            subject=composed.subject,
            rfc_id=seed.message_id,
            template=composed.template,
            inputs=inputs.encode(press.composer.inputs(letter, seed, composed)),
            degraded=composed.degraded,
        )

    def _press(self, item: Leased) -> Press:
        return self._presses.get(item.source) or self._presses[""]


def of_canary(item: Leased) -> bool:
    """Whether nobody may ever get this mail: also a copy of it to another address is a canary's."""
    if is_canary(item.recipient):
        return True
    # The bytes decide for almost every order, so that it is not read twice.
    return b"canary" in item.order.lower() and is_canary(
        wire.decode(item.order).customer.email or ""
    )


def _say_degraded(item: Leased, composed: Composed) -> None:
    telemetry.DEGRADED.inc()
    version, fault, *_ = composed.degraded.split(": ")
    telemetry.log().error(
        "a mail was made by another template than was wanted",
        action="compose.degraded",
        message=item.message_id,
        version=version,
        fault=fault,
        instead=composed.template,
    )


def _letter(item: Leased, made: tuple[Press, datetime], stock: Mapping[str, Stock]) -> Letter:
    """What the mail says; `made`: by which press, and when."""
    (press, at), order = made, wire.decode(item.order)
    return Letter(
        kind=item.kind,
        order=order,
        before=None if item.before is None else wire.decode(item.before),
        facts=item.facts,
        root_subject=item.root_subject,
        page_url=press.page(order, at),
        stock=stock,
    )


def _seed(item: Leased, press: Press, date: datetime) -> Seed:
    """Who writes to whom, under which Message-ID: the same for the same message, for ever."""
    domain = press.sender.address.rpartition("@")[2]
    root = () if item.root == item.message_id else (f"{item.root}@{domain}",)
    return Seed(
        id=item.message_id,
        message_id=f"{item.message_id}@{domain}",
        sender=press.sender,
        recipient=mime.Mailbox(None, item.recipient),
        date=date,
        references=root,
        headers=press.identity.headers(item),
    )
