"""What a mail that came back is made of: the notice for people, the fields for machines, and the
mail that it is about. Pure."""

import html
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from twofifty.track.bounce.fields import fields
from twofifty.track.bounce.letter import Part
from twofifty.track.bounce.report import Fields
from twofifty.track.bounce.tame import tamed

_STATUS: Final = ("message/delivery-status", "message/global-delivery-status")
_RETURNED: Final = ("message/rfc822", "message/global", "message/partial", "message/news")
_RETURNED_HEAD: Final = ("text/rfc822-headers", "text/rfc822-header", "message/global-headers")
_FEEDBACK: Final = ("message/feedback-report",)
_JSON: Final = ("application/json", "application/xarf+json", "application/vnd.xarf+json")
_LONGEST: Final = 65_536
_TAG: Final = re.compile(r"<[^@<>]{0,2000}>")
_BREAK: Final = re.compile(r"<(?:br|p|div|tr|li|h\d|table)\b[^<>]{0,500}>", re.IGNORECASE)

_COPY: Final = re.compile(
    r"""^(?:
      [\s>*#=~_.+-]{0,20}(?:
        (?:begin(?:ning)?\ of\ )?(?:the\ )?(?:original|returned|unsent|undelivered|bounced|source|
            failed|rejected)\ (?:e-?mail\ )?(?:message|mail|e-?mail|header)s?\b
            (?:\ (?:follows?|headers?(?:\ follows?)?|header\ follows|text|body))?
      | original\ mail\ as\ follows
      | message\ (?:header|body|headers)\ follows?
      | (?:below|beneath)\ (?:this|the\ next)\ line\ is\ (?:a|the)\ (?:copy|original)[^\n]{0,60}
      | (?:below|enclosed|included|attached|here)\ is\ a\ (?:copy|part)\ of\ (?:the|your)[^\n]{0,60}
      | this\ is\ a\ copy\ of\ (?:the|your)[^\n]{0,80}
      | (?:the\ )?(?:header|copy|text|body|beginning)s?\ of\ (?:the\ |your\ )?(?:original|source|
            returned)?\ ?(?:message|mail|e-?mail)[^\n]{0,60}
      | (?:urspr.ngliche|original)\ ?(?:nachricht|message|mail|meldung)
      | message\ d.origine | mensaje\ original | messaggio\ originale | mensagem\ original
      )[\s>*#=~_.:+-]{0,60}
    | Content-Type:\ ?message/rfc822[^\n]{0,40}
    | (?:Return-Path|Received):\ [^\n]{0,400}
    )$""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
"""The line after which the mail itself stands, in words of the families that send no MIME."""


class Sheets(msgspec.Struct, frozen=True):
    """`head`: the notice's own fields. `text`: what it says to people. `statuses`: its delivery
    status parts. `feedback`: its feedback report. `original`: the fields of the mail that it is
    about. `enclosed`: whether that mail, or part of it, came along. `attached`: JSON beside it.
    `nested`: delivery status parts in that mail, where it is a notice itself. `whole`: the text
    with all that follows it."""

    head: Fields
    text: str
    statuses: tuple[str, ...]
    feedback: tuple[Fields, ...]
    original: Fields
    enclosed: bool
    attached: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    whole: str = ""


def sheets(letter: Part) -> Sheets:
    """A letter, taken apart."""
    parts = list(_leaves(letter))
    returned = next((part for part in parts if _is_returned(part)), None)
    told = tamed("\n".join(_told(parts, returned))[: 4 * _LONGEST])[:_LONGEST]
    text, copy = divided(told)
    original = _original(returned) if returned else _head(copy)
    return Sheets(
        head=letter.head,
        text=text,
        statuses=tuple(part.text for part in parts if part.kind in _STATUS),
        feedback=tuple(fields(_lines(p)) for p in parts if p.kind in _FEEDBACK),
        original=original,
        enclosed=returned is not None or bool(copy),
        whole=told,
        nested=tuple(_nested(returned)) if returned else (),
        attached=tuple(part.text for part in parts if part.kind in _JSON),
    )


def divided(text: str) -> tuple[str, str]:
    """A notice without MIME: what it says, and what it encloses (empty where nothing is)."""
    for found in _COPY.finditer(text):
        rest = text[found.end() :]
        line = found[0].lstrip().lower()
        if line.startswith(("received:", "return-path:")):
            rest = text[found.start() :]
        if not found.start() or (found.start() < 40 and not text[: found.start()].strip()):
            continue
        return text[: found.start()], rest or "\n"
    return text, ""


def _leaves(part: Part) -> Iterator[Part]:
    """The parts in their order; a returned mail is one of them, whole."""
    if part.kind in _RETURNED or not part.parts:
        yield part
        return
    for inner in part.parts:
        yield from _leaves(inner)


def _is_returned(part: Part) -> bool:
    return part.kind in _RETURNED or part.kind in _RETURNED_HEAD


def _original(returned: Part) -> Fields:
    if returned.parts:
        return returned.parts[0].head
    return _head(returned.text)


def _head(mail: str) -> Fields:
    return fields(mail.lstrip().split("\n\n")[0].split("\n"))


def _told(parts: list[Part], returned: Part | None) -> Iterator[str]:
    """What stands before the returned mail, as text; HTML only where there is nothing else."""
    place = parts.index(returned) if returned else len(parts)
    before = parts[:place]
    plain = _plain(before) or _plain(parts[place + 1 :])
    yield from plain
    if len("".join(plain)) < 200:
        yield from (_stripped(part.text) for part in before if part.kind == "text/html")


def _plain(parts: list[Part]) -> list[str]:
    return [part.text for part in parts if part.kind == "text/plain" and part.text.strip()]


def _stripped(page: str) -> str:
    seen = _without("style", _without("script", page[: 4 * _LONGEST]))
    broken = _BREAK.sub("\n", seen)
    return html.unescape(_TAG.sub(" ", broken))


def _nested(returned: Part) -> Iterator[str]:
    for inner in returned.parts:
        if inner.kind == "multipart/report":
            yield from (part.text for part in _leaves(inner) if part.kind in _STATUS)


def _without(tag: str, page: str) -> str:
    """A page without what stands in `tag`: to its end, or to the page's."""
    pieces = re.split(rf"<{tag}\b", page, flags=re.IGNORECASE)
    closed = (re.split(rf"</{tag}\s*>", piece, maxsplit=1, flags=re.I) for piece in pieces[1:])
    return "".join((pieces[0], *(halves[1] for halves in closed if len(halves) > 1)))


def _lines(part: Part) -> list[str]:
    return part.text.split("\n")
