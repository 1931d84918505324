"""How long the HTML is, and the parts of it that Gmail cuts off or throws away."""

from collections.abc import Iterator
from typing import Final

from twofifty.compose.lint.finding import Finding, Level
from twofifty.compose.lint.mail import Mail
from twofifty.compose.lint.page import Element, FaultKind

CLIP: Final = 102_400
NEAR: Final = 80_000
STYLES: Final = 8_192
_BROKEN: Final[dict[FaultKind, tuple[Level, str, str]]] = {
    "unclosed": ("error", "unclosed", "<{0}> is never closed; add </{0}>"),
    "stray": ("warning", "stray-end", "</{0}> closes nothing; remove it"),
    "comment": ("error", "unclosed", "this comment never ends, and all after it is lost; add -->"),
    "tag": ("error", "unclosed", "<{0} never ends, and all after it is lost; add > or a quote"),
    "many": (
        "error",
        "nesting",
        "there are more than 10,000 elements; what follows was not looked at",
    ),
    "deep": ("error", "nesting", "elements are nested more than 256 deep; close what is open"),
}


def size(mail: Mail) -> Iterator[Finding]:
    """Gmail shows the first 102 KB of the HTML, and a link to the rest."""
    length = len(mail.html.encode(errors="surrogatepass"))
    if length > CLIP:
        message = f"the HTML has {length:,} bytes; Gmail cuts it off at {CLIP:,}: shorten it"
        yield mail.whole("error", "size", message)
    elif length >= NEAR:
        message = f"the HTML has {length:,} bytes; at {CLIP:,} Gmail cuts it off"
        yield mail.whole("warning", "size", message)


def style_sheets(mail: Mail) -> Iterator[Finding]:
    """Gmail drops style sheets beyond 8,192 characters, and a sheet with an at-rule in another."""
    yield from _beyond(mail)
    for owner, _ in mail.page.raw_of("style"):
        if _is_in_body(mail, owner):
            message = "Gmail reads style sheets only in <head>; move this one there"
            yield mail.on("hint", "style-in-body", message, owner)
    for rule in mail.rules:
        if rule.at and rule.within:
            message = f"Gmail drops a style sheet with {rule.at} in an at-rule; take it out"
            yield mail.at("warning", "style-nested", message, rule.start)


def _beyond(mail: Mail) -> Iterator[Finding]:
    """At the first sheet with which they are too many."""
    total = 0
    for owner, piece in mail.page.raw_of("style"):
        total += len(piece.text)
        if total > STYLES:
            message = (
                f"style sheets have {total:,} characters up to here; Gmail drops this one and all "
                f"after it, for they are more than {STYLES:,}"
            )
            yield mail.on("warning", "style-size", message, owner)
            return


def _is_in_body(mail: Mail, sheet: Element) -> bool:
    return any(one.name == "body" for one in mail.page.above(sheet.parent))


def broken(mail: Mail) -> Iterator[Finding]:
    """Elements, tags and comments that do not end, and ends of nothing."""
    for fault in mail.page.faults:
        level, code, message = _BROKEN[fault.kind]
        yield mail.at(level, code, message.format(fault.name), fault.start)
