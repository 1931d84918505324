"""A mail that is not composed yet, as it would be made now: nothing of it is kept or sent."""

import msgspec

from twofifty.compose.pack import Pack
from twofifty.errors import TwofiftyError
from twofifty.flow.preview import Look
from twofifty.flow.published import LIVE
from twofifty.flow.templates import Templates
from twofifty.notice.lifecycle import UNSENT
from twofifty.order import wire
from twofifty.track.model import MessageView
from twofifty.web.visit import Visit


class Mail(msgspec.Struct, frozen=True):
    """A message's bytes. `foreseen`: they are not those that will leave."""

    content: bytes | None
    foreseen: bool = False


async def mail_of(visit: Visit, message: MessageView) -> Mail:
    """The bytes of a message: those that are kept, else those that would be made now."""
    content = await visit.services.archive.raw(message.id)
    known = visit.services.templates
    if content is not None or known is None or message.channel != "email":
        return Mail(content)
    order = await visit.services.archive.order(message.source, message.order_id)
    if message.status not in UNSENT or order is None:
        return Mail(None)
    made = await _made(known, message, order[1])
    return Mail(made, foreseen=made is not None)


async def _made(known: Templates, message: MessageView, order: bytes) -> bytes | None:
    """None: it cannot be made now, which the workers will find too."""
    try:
        kept = await known.publisher.found(LIVE, message.source)
        letter = known.desktop.letter(wire.decode(order), Look(kind=message.kind))
        pack = Pack(kept.whole, kept.version)
        return known.desktop.composed(pack, letter, message.recipient).mime
    except TwofiftyError:
        return None
