"""Whether the links and images of a mail still answer. Asked for, never done by itself."""

import asyncio
import re
import socket
from ipaddress import ip_address
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx2

from twofifty.compose.lint.finding import Finding, Where
from twofifty.compose.lint.page import Element, Page, read

MAX_LINKS: Final = 100
SECONDS: Final = 10.0
_REDIRECTS: Final = 5
_TOGETHER: Final = 8
# A page that is closed to strangers, or to programs, is there.
_CLOSED: Final = frozenset((401, 403, 405, 406, 407, 409, 418, 429, 999))
# Names that nobody can own (RFC 2606, RFC 6761): those of sample orders.
_RESERVED = re.compile(r"(?:.*\.)?(?:example(?:\.com|\.net|\.org)?|test|invalid)\.?", re.IGNORECASE)
_HEADERS: Final = {"user-agent": "twofifty link check", "accept": "*/*"}


async def check_links(
    html: str,
    client: httpx2.AsyncClient,
    *,
    name: str = "html",
    private: bool = False,
    known: dict[str, str] | None = None,
) -> tuple[Finding, ...]:
    """A finding for each address of a link or image that does not answer, or with an error.

    At most `MAX_LINKS` different addresses, `SECONDS` each. Without `private` no address inside of
    the own network is asked: a template must not be able to look around there. Names that are
    reserved for examples are never asked. `known`: what was found before by address, '' for
    nothing; those are not asked again, and what is found is added.
    """
    page = read(html)
    found = _addresses(page)
    gate = asyncio.Semaphore(_TOGETHER)
    before = {} if known is None else known

    async def asked(url: str) -> str:
        if url not in before:
            async with gate:
                before[url] = await _fault(client, url, private)
        return before[url]

    faults = await asyncio.gather(*(asked(url) for url in found))
    return tuple(
        _finding(page, element, name, f"{url[:100]}: {fault}")
        for (url, element), fault in zip(found.items(), faults, strict=True)
        if fault
    )


def _addresses(page: Page) -> dict[str, Element]:
    """The different addresses and the first element that has each."""
    found: dict[str, Element] = {}
    for element in page.named("a", "area", "img"):
        url = element.get("src" if element.name == "img" else "href").strip()
        if _is_asked(url) and len(found) < MAX_LINKS:
            found.setdefault(url, element)
    return found


def _is_asked(url: str) -> bool:
    if not url.lower().startswith(("http://", "https://")):
        return False
    try:
        return not _RESERVED.fullmatch(urlsplit(url).hostname or "")
    except ValueError:
        return True


def _finding(page: Page, element: Element, name: str, message: str) -> Finding:
    line, column = page.place(element.start)
    return Finding("error", "link-dead", message, Where(name, line, column, element.name))


async def _fault(client: httpx2.AsyncClient, url: str, private: bool) -> str:
    """What is wrong with an address; empty for nothing."""
    try:
        async with asyncio.timeout(SECONDS):
            status = await _answer(client, url, private)
    except TimeoutError:
        return f"no answer within {SECONDS:g} s"
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, ValueError):
        return "this is no address"
    except (httpx2.HTTPError, OSError) as fault:
        return f"cannot be reached ({type(fault).__name__})"
    if status == 0:
        return "leads into a private network, and is not asked"
    return "" if _is_there(status) else f"answers {status}"


async def _answer(client: httpx2.AsyncClient, url: str, private: bool) -> int:
    """The status; a server that does not know HEAD is asked for the page itself."""
    status = await _status(client, "HEAD", url, private)
    if _is_there(status) and status != 405:
        return status
    return await _status(client, "GET", url, private)


def _is_there(status: int) -> bool:
    return status < 400 or status in _CLOSED


async def _status(client: httpx2.AsyncClient, method: str, url: str, private: bool) -> int:
    """The status at the end of all redirects; 0 for one into a private network."""
    for _ in range(_REDIRECTS + 1):
        if not private and not await _is_public(url):
            return 0
        request = client.build_request(method, url, headers=_HEADERS)
        response = await client.send(request, stream=True, follow_redirects=False)
        await response.aclose()
        where = response.headers.get("location", "")
        if response.status_code not in (301, 302, 303, 307, 308) or not where:
            return response.status_code
        url = urljoin(url, where)
    return 508


async def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    if not parts.hostname:
        return False
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    return all(ip_address(str(address[4][0])).is_global for address in found)
