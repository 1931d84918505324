"""Outlook for Windows: conditional comments, VML, and the widths that it needs.

https://learn.microsoft.com/en-us/previous-versions/office/developer/office-2007/aa338201(v=office.12)
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from twofifty.compose.lint.finding import Finding
from twofifty.compose.lint.mail import Mail, style_of
from twofifty.compose.lint.page import Element
from twofifty.compose.mjml.token import Comment

_END = "<![endif]"
_WIDE = re.compile(r"([\d.]+)px")
# Pixels; a narrower box does no harm where it is too wide.
_BOX: Final = 300
_VML = re.compile(r"<v:\w", re.IGNORECASE)
_IMAGE_FILL = re.compile(r"<v:fill\b[^>]*\bsrc=", re.IGNORECASE)


def conditions(mail: Mail) -> Iterator[Finding]:
    """`<!--[if mso]>` and its end, whether what stands between is for Outlook or for the others."""
    opened: list[int] = []
    for comment in mail.page.comments:
        text = comment.text.strip()
        if _opens(text):
            opened.append(comment.start)
        elif text.startswith("[if") and not text.endswith(_END):
            message = f"this condition never ends; write {_END}--> after it"
            yield mail.at("error", "mso-condition", message, comment.start)
        elif text.startswith(_END) and not opened:
            message = "this ends a condition that never began; remove it"
            yield mail.at("error", "mso-condition", message, comment.start)
        elif text.startswith(_END):
            opened.pop()
    for start in opened:
        message = f"this condition never ends; write <!--{_END}--> after it"
        yield mail.at("error", "mso-condition", message, start)


def _opens(text: str) -> bool:
    """Whether a condition's end is in a comment to come."""
    return text.startswith("[if") and text.endswith(("<!", "<!--"))


def vml(mail: Mail) -> Iterator[Finding]:
    """Drawings for Outlook: declared, for Outlook alone, and with a colour behind images."""
    yield from _undeclared(mail)
    for comment in filter(_lacks_colour, mail.page.comments):
        message = "a v:fill with an image has no color for when it is not shown; add it"
        yield mail.at("hint", "vml", message, comment.start)
    for element in mail.page.elements:
        if element.name.startswith("v:"):
            message = "VML outside of <!--[if mso]> is a foreign word to the others; move it there"
            yield mail.on("warning", "vml", message, element)


def _undeclared(mail: Mail) -> Iterator[Finding]:
    """At the first drawing, where nothing names what it is written in."""
    declared = any("xmlns:v" in element.attributes for element in mail.page.elements)
    drawn = () if declared else mail.page.comments
    for comment in islice(filter(_draws, drawn), 1):
        message = 'VML needs its name space: <html xmlns:v="urn:schemas-microsoft-com:vml">'
        yield mail.at("warning", "vml", message, comment.start)


def _draws(comment: Comment) -> bool:
    return bool(_VML.search(comment.text)) and "xmlns:v=" not in comment.text


def _lacks_colour(comment: Comment) -> bool:
    fill = _IMAGE_FILL.search(comment.text)
    return fill is not None and "color" not in comment.text[fill.start() : fill.start() + 400]


def widths(mail: Mail) -> Iterator[Finding]:
    """Outlook does not know max-width: a box with nothing else fills the window."""
    if any("<table" in comment.text.lower() for comment in mail.page.comments):
        return
    for element in islice(filter(_fills, mail.page.elements), 1):
        message = "Outlook does not know max-width; put a table with a width around it"
        yield mail.on("warning", "outlook-width", f"{message}, in <!--[if mso]>", element)


def _fills(element: Element) -> bool:
    """Whether it is wide by max-width alone."""
    limit = style_of(element).get("max-width")
    found = _WIDE.fullmatch(limit.value) if limit and element.name != "img" else None
    if not found or float(found[1].strip(".") or 0) < _BOX:
        return False
    return not element.get("width").rstrip("px").isdigit()
