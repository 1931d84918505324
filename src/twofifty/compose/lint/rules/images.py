"""Images: their words, sizes and addresses, and what is left of a mail without them."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import chain
from typing import Final
from urllib.parse import urlsplit

from twofifty.compose.lint.colour import colour
from twofifty.compose.lint.finding import Finding
from twofifty.compose.lint.mail import Mail, style_of
from twofifty.compose.lint.page import Element

_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)
_LETTER = re.compile(r"\w")
# Fewer letters than this say nothing without the images beside them.
_WORDS: Final = 40


def images(mail: Mail) -> Iterator[Finding]:
    """Alternative words (WCAG 1.1.1), sizes, addresses."""
    for image in mail.page.named("img"):
        yield from _words(mail, image)
        yield from _size(mail, image)
        yield from _source(mail, image, image.get("src"))
    for element in mail.page.elements:
        yield from _backgrounds(mail, element)


def _words(mail: Mail, image: Element) -> Iterator[Finding]:
    if "alt" not in image.attributes and image.get("role") != "presentation":
        message = "this image has no alt; describe it, or write alt='' where it says nothing"
        yield mail.on("error", "image-alt", message, image)


def without_images(mail: Mail) -> Iterator[Finding]:
    """Most of the business clients show no image until they are asked to."""
    shown = mail.page.named("img")
    letters = sum(len(_LETTER.findall(piece.text)) for piece in mail.visible)
    if shown and letters < _WORDS:
        message = f"without its images this mail has {letters} letters; say it in text too"
        yield mail.whole("warning", "image-only", message)
    worded = _worded_links(mail)
    for image in shown:
        if _is_wordless_link(image, _links_above(mail, image.parent), worded):
            message = "a link that is only this image has no words; give the image an alt"
            yield mail.on("error", "image-link", message, image)


def _worded_links(mail: Mail) -> set[int]:
    """The links that have a visible word in them."""
    said = {piece.parent for piece in mail.visible if _LETTER.search(piece.text)}
    return set().union(*(_links_above(mail, index) for index in said))


def _is_wordless_link(image: Element, links: set[int], worded: set[int]) -> bool:
    return bool(links) and worded.isdisjoint(links) and not image.get("alt").strip()


def is_loopback(url: str) -> bool:
    """Whether a URL stays on the machine: a try-out, and no fault."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


def _size(mail: Mail, image: Element) -> Iterator[Finding]:
    said = {*image.attributes, *style_of(image)}
    if said.isdisjoint(("width", "height")) and "max-width" not in style_of(image):
        message = "this image has neither width nor height; the mail jumps when it comes"
        yield mail.on("warning", "image-size", message, image)
    elif not image.get("width"):
        message = "without the attribute width Outlook shows the image in its own size"
        yield mail.on("hint", "image-size", message, image)


def _source(mail: Mail, element: Element, url: str) -> Iterator[Finding]:
    low = url.strip().lower()
    if not low:
        yield from _no_source(mail, element)
    elif low.startswith("data:"):
        message = "a data: image is not shown by Gmail and Outlook; link to a file"
        yield mail.on("warning", "image-data", message, element)
    elif low.startswith("http:"):
        yield from _open_source(mail, element, low)
    elif not low.startswith(("https:", "cid:")):
        message = f"{url[:60]} is no address that a mail program can fetch; write it in full"
        yield mail.on("error", "image-source", message, element)


def _no_source(mail: Mail, element: Element) -> Iterator[Finding]:
    if element.name == "img":
        yield mail.on("error", "image-source", "this image has no src", element)


def _open_source(mail: Mail, element: Element, url: str) -> Iterator[Finding]:
    if not is_loopback(url):
        message = "an image over http: is blocked or warned of; use https:"
        yield mail.on("warning", "image-http", message, element)


def _backgrounds(mail: Mail, element: Element) -> Iterator[Finding]:
    style = style_of(element)
    said = [one.value for name, one in style.items() if name.startswith("background")]
    urls = list(chain.from_iterable(map(_URL.findall, said)))
    if element.get("background"):
        urls.append(element.get("background"))
    for url in urls:
        yield from _source(mail, element, url)
    if urls and not _has_colour(element, said):
        message = "this background image has no colour behind it; add background-color"
        yield mail.on("warning", "background-colour", message, element)


def _has_colour(element: Element, said: list[str]) -> bool:
    """Whether there is a colour in its backgrounds beside their images."""
    return bool(element.get("bgcolor")) or any(colour(_URL.sub("", value)) for value in said)


def _links_above(mail: Mail, index: int) -> set[int]:
    return {one.index for one in mail.page.above(index) if one.name == "a"}
