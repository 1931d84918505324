"""What the built-in SMTP server took: the mailbox of `make run`."""

from typing import Annotated

import msgspec
from starlette.responses import Response

from twofifty.web.api.replies import body, found
from twofifty.web.api.shapes import Cursor, Limit
from twofifty.web.console.letter import taken_apart
from twofifty.web.console.mails import Look, framed
from twofifty.web.console.shown import older, shown
from twofifty.web.services import Letter, Mailbox
from twofifty.web.visit import Visit


class LettersQuery(msgspec.Struct, frozen=True):
    """`GET /console/mailbox`."""

    limit: Limit = 50
    before: Annotated[Cursor | None, msgspec.Meta(description="the cursor")] = None


async def letters(visit: Visit) -> Response:
    """`GET /console/mailbox`."""
    asked = visit.query(LettersQuery)
    listed = await _mailbox(visit).list(asked.limit, asked.before)
    cursor = listed[-1].id if len(listed) == asked.limit else None
    return shown(visit, "letters.html", letters=listed, asked=asked, older=older(visit, cursor))


async def letter(visit: Visit) -> Response:
    """`GET /console/mailbox/{id}`."""
    taken, content = await _letter(visit)
    look = visit.query(Look)
    return shown(visit, "letter.html", letter=taken, mail=taken_apart(content), look=look)


async def html(visit: Visit) -> Response:
    """`GET /console/mailbox/{id}/html`: for the sandboxed frame only."""
    _, content = await _letter(visit)
    return framed(content, visit.query(Look))


async def raw(visit: Visit) -> Response:
    """`GET /console/mailbox/{id}/raw`."""
    _, content = await _letter(visit)
    return body(content, "message/rfc822", name="message.eml")


def _mailbox(visit: Visit) -> Mailbox:
    return found(visit.services.mailbox, "mailbox here: mail goes to the SMTP_URL")


async def _letter(visit: Visit) -> tuple[Letter, bytes]:
    text = visit.path("id")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    mailbox = _mailbox(visit)
    taken = None if number is None else await mailbox.get(number)
    return found(taken, "letter")
