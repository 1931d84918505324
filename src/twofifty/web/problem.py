"""Problem documents (RFC 9457): every error that leaves this face has this one shape."""

from math import ceil

import msgspec

from twofifty.errors import BadInput, Problem, ShopBusy, StoreFull

CONTENT_TYPE = "application/problem+json"


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457. `errors` names each bad field; `incident` is what the log knows a fault by."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: tuple[Problem, ...] = ()
    incident: str | None = None


class Trouble(Exception):
    """The request ends here with a problem document. `headers`: names in lower case."""

    def __init__(
        self, document: ProblemDocument, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(document.title)
        self.document = document
        self.headers = headers


TITLES: dict[str, tuple[int, str]] = {
    "bad-json": (400, "The body is not usable JSON"),
    "bad-encoding": (400, "The body does not decompress"),
    "bad-parameter": (400, "A parameter is not usable"),
    "unauthorized": (401, "Not authenticated"),
    "forbidden": (403, "Not allowed"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This method does not apply here"),
    "too-slow": (408, "The body took too long"),
    "conflict": (409, "Not possible now"),
    "too-large": (413, "The body is too large"),
    "unsupported-encoding": (415, "This Content-Encoding is not understood"),
    "unusable": (422, "Understood but not usable"),
    "busy": (429, "Too many requests"),
    "fault": (500, "Something went wrong here"),
    "unverifiable": (503, "The signature cannot be checked now"),
    "store": (503, "The store cannot take this now"),
    "broker": (503, "The broker cannot do this now"),
    "store-full": (503, "The disk of the store is full"),
}
"""Slug of a problem's `type` -> its status and title, which never vary."""

_BY_STATUS = {status: slug for slug, (status, _) in reversed(TITLES.items())}
_BEARER = ("www-authenticate", 'Bearer realm="twofifty"')


def document(
    slug: str, detail: str = "", errors: tuple[Problem, ...] = (), status: int | None = None
) -> ProblemDocument:
    """The problem that `slug` names; `status` only where it differs from the table's."""
    known, title = TITLES[slug]
    return ProblemDocument(f"urn:twofifty:problem:{slug}", title, status or known, detail, errors)


def trouble(slug: str, detail: str = "", errors: tuple[Problem, ...] = ()) -> Trouble:
    """The exception that ends a request with the problem that `slug` names."""
    headers = (_BEARER,) if slug == "unauthorized" else ()
    return Trouble(document(slug, detail, errors), headers)


def refused(status: int, detail: str, errors: tuple[Problem, ...] = ()) -> Trouble:
    """The problem for a status that another room decided on."""
    slug = _BY_STATUS.get(status, "unusable" if status < 500 else "fault")
    headers = (_BEARER,) if status == 401 else ()
    return Trouble(document(slug, detail, errors, status), headers)


def from_bad_input(fault: BadInput) -> Trouble:
    """What came in cannot be used."""
    return refused(fault.status, fault.title, fault.problems)


def from_store(fault: Exception) -> Trouble:
    """The store refused: the caller keeps the event and comes again."""
    full = isinstance(fault, StoreFull)
    detail = "Nothing was kept. Send it again later."
    answer = document("store-full" if full else "store", detail)
    return Trouble(answer, (("retry-after", "30" if full else "5"),))


def from_busy(fault: ShopBusy) -> Trouble:
    """The platform is needed and away: the caller keeps the event and comes again."""
    detail = f"Nothing was kept, {fault}. Send it again later."
    seconds = str(ceil(fault.retry_after or 10.0))
    return Trouble(document("unverifiable", detail), (("retry-after", seconds),))


def encoded(document: ProblemDocument) -> bytes:
    """The document as JSON."""
    return msgspec.json.encode(document)
