"""The pages about messages, and what a person may do with one."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal
from urllib.parse import quote

import msgspec
from starlette.responses import RedirectResponse, Response

from twofifty.notice.lifecycle import RESENDABLE, UNSENT
from twofifty.notice.reach import MAIL
from twofifty.track.feedback import Feedback
from twofifty.track.model import MessageView, Refusal
from twofifty.web.api.messages import as_file, checked_address, wanted
from twofifty.web.api.replies import found
from twofifty.web.api.shapes import MessagesQuery
from twofifty.web.console.access import form_of
from twofifty.web.console.foreseen import mail_of
from twofifty.web.console.heard import engaged, together
from twofifty.web.console.letter import preview, preview_policy, short, taken_apart
from twofifty.web.console.shown import older, shown
from twofifty.web.page import HEADERS
from twofifty.web.problem import Trouble, trouble
from twofifty.web.visit import Visit

Act = Callable[[str, str], Awaitable[MessageView | Refusal | None]]
Switched = Literal["0", "1"]

_DONE = {
    "resend": "Another copy is on its way.",
    "cancel": "The message is withdrawn.",
    "approve": "The message is released.",
    "reject": "The message is withdrawn for good.",
}


class Look(msgspec.Struct, frozen=True):
    """How a mail is shown. `done` names the action that led here."""

    tab: Literal["html", "text", "raw", "history", "why"] = "html"
    width: Literal["640", "320"] = "640"
    dark: Switched = "0"
    images: Switched = "0"
    done: Literal["resend", "cancel", "approve", "reject"] | None = None


async def messages(visit: Visit) -> Response:
    """`GET /console/messages`."""
    asked = visit.query(MessagesQuery)
    listing = await visit.services.archive.messages(wanted(asked))
    return shown(
        visit,
        "messages.html",
        messages=listing.items,
        asked=asked,
        older=older(visit, listing.next),
    )


async def message(visit: Visit) -> Response:
    """`GET /console/messages/{id}`."""
    return await _message(visit, visit.query(Look))


async def _message(visit: Visit, look: Look, status: int = 200, refusal: str = "") -> Response:
    archive = visit.services.archive
    view = found(await archive.message(visit.path("id")), "message")
    moments = await archive.message_events(view.id) or ()
    news = await _news(visit, view.id)
    content = await mail_of(visit, view)
    return shown(
        visit,
        "message.html",
        status,
        message=view,
        look=look,
        moments=together(moments, news),
        engaged=engaged(view, news),
        **await _causes(visit, view.id, look),
        **_content(view, content.content),
        foreseen=content.foreseen,
        refusal=refusal,
        notice=_DONE.get(look.done or "", ""),
        may_resend=view.status in RESENDABLE,
        may_cancel=view.status in UNSENT or view.status == "sending",
        may_judge=view.status == "held",
    )


def _content(view: MessageView, content: bytes | None) -> dict[str, object]:
    """A mail taken apart, or what a short message says."""
    if content is None:
        return {"mail": None, "short": None}
    if view.channel != MAIL:
        return {"mail": None, "short": short(content)}
    return {"mail": taken_apart(content), "short": None}


async def _causes(visit: Visit, message_id: str, look: Look) -> dict[str, object]:
    """Why somebody got a message, and whether it comes out the same again, where that is asked."""
    known = visit.services.templates
    if known is None or look.tab != "why":
        return {"explains": known is not None, "causes": (), "again": None}
    return {
        "explains": True,
        "causes": await known.historian.why(message_id) or (),
        "again": await known.archivist.again(message_id),
    }


async def _news(visit: Visit, message_id: str) -> Sequence[Feedback]:
    """What the world said of a message."""
    care = visit.services.care
    return () if care is None else await care.reports.of(message_id) or ()


async def html(visit: Visit) -> Response:
    """`GET /console/messages/{id}/html`: for the sandboxed frame only."""
    look = visit.query(Look)
    view = found(await visit.services.archive.message(visit.path("id")), "message")
    made = await mail_of(visit, view)
    if view.channel != MAIL:
        raise trouble("not-found", "There is no HTML part: it is no mail.")
    return framed(found(made.content, "mail, or it is not composed yet"), look)


def framed(content: bytes, look: Look) -> Response:
    """A mail's HTML that can run nothing, send nothing and, unless asked, load nothing."""
    markup = found(taken_apart(content).html, "HTML part")
    headers = {
        "content-security-policy": preview_policy(images=look.images == "1"),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
    }
    shown_html = preview(markup, dark=look.dark == "1")
    return Response(shown_html, 200, headers, "text/html; charset=utf-8")


async def raw(visit: Visit) -> Response:
    """`GET /console/messages/{id}/raw`: saved as a file."""
    archive = visit.services.archive
    view = found(await archive.message(visit.path("id")), "message")
    return as_file(found(await archive.raw(view.id), "content: it is not composed yet"), view)


async def resend(visit: Visit) -> Response:
    """`POST /console/messages/{id}/resend`, `to` empty for the same recipient."""
    to = (await form_of(visit)).get("to", "").strip() or None
    try:
        checked_address(to)
    except Trouble as fault:
        return await _message(visit, Look(), 422, fault.document.detail)
    done = await visit.services.desk.resend(visit.path("id"), to, visit.actor)
    return await _after(visit, "resend", done)


async def cancel(visit: Visit) -> Response:
    """`POST /console/messages/{id}/cancel`."""
    return await _acted(visit, "cancel", visit.services.desk.cancel)


async def approve(visit: Visit) -> Response:
    """`POST /console/messages/{id}/approve`."""
    return await _acted(visit, "approve", visit.services.desk.approve)


async def reject(visit: Visit) -> Response:
    """`POST /console/messages/{id}/reject`."""
    return await _acted(visit, "reject", visit.services.desk.reject)


async def _acted(visit: Visit, word: str, act: Act) -> Response:
    await form_of(visit)
    return await _after(visit, word, await act(visit.path("id"), visit.actor))


async def _after(visit: Visit, word: str, done: MessageView | Refusal | None) -> Response:
    if isinstance(done, Refusal):
        return await _message(visit, Look(), done.status, done.reason)
    view = found(done, "message")
    target = f"/console/messages/{quote(view.id, safe='')}?done={word}"
    return RedirectResponse(target, 303, HEADERS)
