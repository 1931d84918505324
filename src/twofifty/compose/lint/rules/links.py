"""Links: where they lead, and whether they say so."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from twofifty.compose.lint.finding import Finding
from twofifty.compose.lint.mail import Mail
from twofifty.compose.lint.page import Element
from twofifty.compose.lint.rules.images import is_loopback

_SHOWN = re.compile(
    r"\s*(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,}|localhost)(?::\d+)?(?:[/?#]\S*)?\s*",
    re.IGNORECASE,
)
# A place in the mail itself, or any scheme: a program of the reader's machine opens it.
_SCHEME = re.compile(r"#|[a-z][a-z0-9+.-]*:")
_RUNS: Final = ("javascript:", "vbscript:", "data:", "file:", "blob:")


def links(mail: Mail) -> Iterator[Finding]:
    """Addresses of links, and texts that are addresses themselves."""
    for link in mail.page.named("a", "area"):
        if "href" in link.attributes:
            yield from _address(mail, link, link.get("href").strip())
            yield from _said(mail, link, mail.link_words.get(link.index, ""))


def _address(mail: Mail, link: Element, href: str) -> Iterator[Finding]:
    low = re.sub(r"[\x00-\x20]", "", href.lower())
    if low in ("", "#"):
        yield mail.on("warning", "link-empty", "this link leads nowhere; give it an href", link)
    elif low.startswith(_RUNS):
        message = "a mail program runs or opens nothing like this; link to a page"
        yield mail.on("error", "link-scheme", message, link)
    elif _is_open(low):
        message = f"{href[:60]} is not secured; use https:"
        yield mail.on("warning", "link-http", message, link)
    elif not _SCHEME.match(low):
        message = f"{href[:60]} is not a whole address, and a mail has no page to start from"
        yield mail.on("error", "link-relative", message, link)


def _is_open(url: str) -> bool:
    return url.startswith("http:") and not is_loopback(url)


def _said(mail: Mail, link: Element, words: str) -> Iterator[Finding]:
    """A text that is one address over a link to another one looks like theft."""
    shown = _SHOWN.fullmatch(words)
    if not shown or "@" in words:
        return
    host, said = _host(link), shown[1].lower()
    if "." in host and host not in mail.context.hosts and not _are_alike(host, said):
        message = f"the text says {said} and the link leads to {host}; filters take it for theft"
        yield mail.on("error", "link-text", message, link)


def _host(link: Element) -> str:
    """The host that a link leads to, empty for none."""
    try:
        return (urlsplit(link.get("href").strip()).hostname or "").lower()
    except ValueError:
        return ""


def _are_alike(host: str, other: str) -> bool:
    return host.removeprefix("www.") == other.removeprefix("www.")
