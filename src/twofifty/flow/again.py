"""A past mail, composed again from what it was composed from: the same bytes, or why not."""

import difflib
import re
from itertools import islice
from typing import Final

from twofifty import __version__
from twofifty.compose import inputs
from twofifty.compose.composed import PLAIN
from twofifty.compose.composer import Composer
from twofifty.compose.inputs import Inputs
from twofifty.compose.letter import Letter
from twofifty.compose.pack import Pack, builtin
from twofifty.compose.ports import Bookshelf
from twofifty.flow.reprint import Again
from twofifty.order import wire
from twofifty.order.model import Order
from twofifty.track.origin import Origin
from twofifty.track.ports import Origins

_MOST_LINES: Final = 60
_SIGNATURES: Final = re.compile(rb"\A(?:DKIM-Signature:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)*", re.I)


class Archivist:
    """Composes what was sent once more, and sends nothing."""

    def __init__(self, origins: Origins, shelf: Bookshelf) -> None:
        self._origins = origins
        self._shelf = shelf

    async def again(self, message_id: str) -> Again | None:
        """A message composed again; None: there is no such message."""
        origin = await self._origins.origin(message_id)
        if origin is None:
            return None
        if origin.raw is None:
            return Again(
                message_id, identical=False, reason="it is not composed yet, or was pruned"
            )
        if origin.inputs is None or origin.order is None:
            said = "it was composed before what a mail is made of was kept; its bytes are kept"
            return Again(message_id, identical=False, reason=said)
        made = inputs.decode(origin.inputs)
        found = _before(origin, made)
        if made.before and found is None:
            return _unlike(origin, made, "the order as it was told before is not kept")
        if made.pack == PLAIN:
            return _compared(origin, made, None, found)
        pack = await self._pack(made.pack)
        if pack is None:
            return _unlike(origin, made, f"version {made.pack} of the templates is not kept")
        return _compared(origin, made, pack, found)

    async def _pack(self, version: str) -> Pack | None:
        if version == builtin().version:
            return builtin()
        kept = await self._shelf.pack(version)
        return None if kept is None else Pack(kept.whole, kept.version)


def _before(origin: Origin, made: Inputs) -> Order | None:
    """The order that the customer was told before: the state with that hash."""
    states = (state for state in origin.states if inputs.digest(state) == made.before)
    found = next(states, None)
    return None if found is None else wire.decode(found)


def _compared(origin: Origin, made: Inputs, pack: Pack | None, before: Order | None) -> Again:
    letter = made.letter(wire.decode(origin.order or b""), before)
    try:
        bytes_ = _composed(made, pack, letter)
    except Exception as fault:  # noqa: BLE001
        # What once composed may fail after the product changed: that is the answer.
        return _unlike(origin, made, f"it cannot be composed any more: {type(fault).__name__}")
    if bytes_ == unsigned(origin.raw or b""):
        return Again(origin.message_id, True, origin.template or "", made.engine)
    return _unlike(
        origin, made, "it comes out differently", _lines(unsigned(origin.raw or b""), bytes_)
    )


def _composed(made: Inputs, pack: Pack | None, letter: Letter) -> bytes:
    composer = Composer(made.setting.brand, made.setting.locale)
    return composer.compose_as(pack, letter, made.seed).mime


def unsigned(raw: bytes) -> bytes:
    """A mail without the signatures that were put before it: those are made of it, and vouch for it
    by themselves."""
    return _SIGNATURES.sub(b"", raw, count=1)


def _unlike(origin: Origin, made: Inputs, reason: str, lines: tuple[str, ...] = ()) -> Again:
    engine = f"; it was made by {made.engine}, this is {__version__}"
    said = reason + (engine if made.engine != __version__ else "")
    return Again(origin.message_id, False, origin.template or "", made.engine, said, lines)


def _lines(was: bytes, now: bytes) -> tuple[str, ...]:
    """The first lines that differ, as a unified difference."""
    one, other = (text.decode("utf-8", "replace").splitlines() for text in (was, now))
    found = difflib.unified_diff(one, other, "as sent", "composed again", lineterm="", n=1)
    return tuple(islice(found, _MOST_LINES))
