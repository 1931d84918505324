"""Messages: look at them, act on them."""

from collections.abc import Awaitable, Callable

import msgspec
from starlette.responses import Response

from twofifty.errors import Problem
from twofifty.notice.reach import MAIL
from twofifty.notice.recipient import unusable
from twofifty.track.model import Listing, MessageQuery, MessageView, Page, Refusal
from twofifty.web.api import replies
from twofifty.web.api.shapes import MessagesQuery, Resend
from twofifty.web.problem import refused, trouble
from twofifty.web.visit import Visit

Act = Callable[[str, str], Awaitable[MessageView | Refusal | None]]


async def listing(visit: Visit) -> Response:
    """`GET /v1/messages`."""
    asked = visit.query(MessagesQuery)
    return replies.json(await visit.services.archive.messages(wanted(asked)))


def wanted(asked: MessagesQuery) -> MessageQuery:
    """What a list is asked for, in the store's words."""
    return MessageQuery(
        order=asked.order,
        recipient=asked.recipient,
        status=asked.status,
        kind=asked.kind,
        page=Page(asked.limit, asked.before),
        channel=asked.channel,
        code=asked.code,
    )


async def one(visit: Visit) -> Response:
    """`GET /v1/messages/{id}`."""
    view = await visit.services.archive.message(visit.path("id"))
    return replies.json(replies.found(view, "message"))


async def raw(visit: Visit) -> Response:
    """`GET /v1/messages/{id}/raw`: the exact bytes."""
    archive = visit.services.archive
    view = replies.found(await archive.message(visit.path("id")), "message")
    content = await archive.raw(view.id)
    return as_file(
        replies.found(content, "content: the message is not composed yet, or was pruned"), view
    )


def as_file(content: bytes, message: MessageView) -> Response:
    """A message's bytes, offered for saving: a mail, or the JSON of a short message."""
    if message.channel == MAIL:
        return replies.body(content, "message/rfc822", name="message.eml")
    return replies.body(content, "application/json", name="message.json")


async def events(visit: Visit) -> Response:
    """`GET /v1/messages/{id}/events`."""
    moments = await visit.services.archive.message_events(visit.path("id"))
    return replies.json(Listing(replies.found(moments, "message")))


async def resend(visit: Visit) -> Response:
    """`POST /v1/messages/{id}/resend`: 202, another copy is on its way."""
    to = resend_to(await visit.body())
    done = await visit.services.desk.resend(visit.path("id"), to, visit.actor)
    return replies.json(settled(done), 202)


async def cancel(visit: Visit) -> Response:
    """`POST /v1/messages/{id}/cancel`."""
    return await _acted(visit, visit.services.desk.cancel)


async def approve(visit: Visit) -> Response:
    """`POST /v1/messages/{id}/approve`."""
    return await _acted(visit, visit.services.desk.approve)


async def reject(visit: Visit) -> Response:
    """`POST /v1/messages/{id}/reject`."""
    return await _acted(visit, visit.services.desk.reject)


async def _acted(visit: Visit, act: Act) -> Response:
    return replies.json(settled(await act(visit.path("id"), visit.actor)))


def resend_to(body: bytes) -> str | None:
    """The address in a resend's body; an empty body has none. Raises Trouble 400, 422."""
    if not body.strip():
        return None
    try:
        asked = msgspec.json.decode(body, type=Resend)
    except msgspec.ValidationError as fault:
        raise trouble("unusable", str(fault), (Problem("to", str(fault)),)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise trouble("bad-json", str(fault)) from None
    return checked_address(asked.to)


def checked_address(to: str | None) -> str | None:
    """`to` if mail can go there. Raises Trouble 422."""
    if to is None or not (fault := unusable(to)):
        return to
    raise trouble("unusable", fault, (Problem("to", fault),))


def settled(done: MessageView | Refusal | None) -> MessageView:
    """The message after an action. Raises Trouble 404, or what the refusal says."""
    if isinstance(done, Refusal):
        raise refused(done.status, done.reason)
    return replies.found(done, "message")
