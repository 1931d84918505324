"""What the readers of delivery events share: from bytes to entries, from entries to finished news.

A reader says which entries are its provider's and what one of them tells; it never sees a batch,
and an entry that it cannot make anything of costs no other.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import ClassVar

import msgspec

from twofifty.adapters import forms
from twofifty.errors import BadInput, Problem
from twofifty.intake import loose, signature, strict
from twofifty.intake.node import Node
from twofifty.intake.ports import Scheme
from twofifty.track import replied
from twofifty.track.feedback import Feedback

LONGEST_TEXT = 500
_OWN = re.compile(r"(?<![A-Za-z0-9_])m_[a-z0-9]{1,64}(?![A-Za-z0-9_])")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_ENCODER = msgspec.json.Encoder(order="sorted")

# For providers that do not sign: a bearer token, a user and a password in the webhook's URL, or a
# header of one's own.
SHARED_SECRET = signature.Any(
    signature.Token("authorization", prefix="Bearer "),
    signature.Basic(),
    signature.Token("x-webhook-token"),
)


class EntryReader:
    """A Reporter (see `flow.feeds`) but for what one entry of the provider's tells."""

    name: ClassVar[str]
    signature: Scheme
    batch: ClassVar[str] = ""
    """Where a list of entries stands in an object, as of `Node`."""
    field: ClassVar[str]
    """The field by which an entry is known, for whoever sends something else."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> tuple[Feedback, ...]:
        """See `track.feed.Feed.read`."""
        entries = self.entries(forms.document(body))
        if entries and not any(self.is_one(entry) for entry in entries):
            message = f"there is no `{self.field}` in it; is it {self.name} that sends here?"
            raise BadInput(422, "there is no delivery event in it", (Problem("body", message),))
        return finished(self.name, ((entry, self._told(entry)) for entry in entries))

    def entries(self, document: object) -> list[Node]:
        """The entries of a document: of a list, of a list in an object, or itself."""
        listed = Node(document).raw(self.batch) if self.batch else None
        found = listed if isinstance(listed, list) else document
        return [Node(each) for each in found] if isinstance(found, list) else [Node(found)]

    def is_one(self, entry: Node) -> bool:
        """Whether the entry is this provider's."""
        return self.field in entry

    def news(self, entry: Node) -> Iterable[Feedback]:
        """What an entry tells, with `bounce` as the provider says it; `finished` does the rest."""
        raise NotImplementedError

    def _told(self, entry: Node) -> Iterable[Feedback]:
        nothing = Feedback(type="unknown", recipient="")
        return self.news(entry) if self.is_one(entry) else (nothing,)


def finished(
    provider: str, told: Iterable[tuple[Node, Iterable[Feedback]]]
) -> tuple[Feedback, ...]:
    """The news of each entry in its final form. Under one id stands one piece of news only,
    although a provider may give one to all recipients of a message."""
    seen: dict[str, Feedback] = {}
    found: list[Feedback] = []
    for entry, each in ((entry, each) for entry, news in told for each in news):
        settled = _settled(provider, entry, each)
        if seen.setdefault(settled.event_id or "", settled) != settled:
            own = f"{settled.event_id}:{_content_id(provider, entry, each)}"
            settled = msgspec.structs.replace(settled, event_id=own)
        found.append(settled)
    return tuple(found)


def own_id(*values: object) -> str | None:
    """Our id (`m_...`) in the first of these that holds one: a word, a header, metadata as an
    object or as JSON in a text."""
    texts = (value if isinstance(value, str) else _written(value) for value in values if value)
    return next((found[0] for text in texts if (found := _OWN.search(text))), None)


def address(value: object) -> str:
    """An address out of `Name <address>` or bare; '' where there is none. The first of several."""
    if isinstance(value, list):
        value = value[0] if value else ""
    text = loose.text(value) or ""
    found = parseaddr(text)[1] if "<" in text else text
    return _CONTROLS.sub("", found or text)[:320]


def message_id(value: object) -> str | None:
    """A message's id without angle brackets."""
    return (loose.text(value) or "").strip("<> ") or None


def objects(value: object) -> list[Node]:
    """The objects in a list, whatever else is in it."""
    listed = value if isinstance(value, list) else []
    return [Node(each) for each in listed if isinstance(each, dict)]


def inside(value: object) -> Node:
    """The JSON in a text; an empty place where it is none."""
    if not isinstance(value, str):
        return Node(value)
    try:
        return Node(strict.tree(value.encode("utf-8", "replace")))
    except BadInput:
        return Node(None)


def _settled(provider: str, entry: Node, news: Feedback) -> Feedback:
    text = _CONTROLS.sub(" ", news.text).strip()[:LONGEST_TEXT]
    code = news.code or replied.code(text)
    enhanced = replied.enhanced(news.enhanced or "") or replied.enhanced(text)
    bounced = news.type == "bounced"
    return msgspec.structs.replace(
        news,
        text=text,
        code=code,
        enhanced=enhanced,
        bounce=replied.bounce_class(news.bounce, code, enhanced) if bounced else None,
        reject_reason="spam" if news.type == "complained" else news.reject_reason,
        event_id=(news.event_id or _content_id(provider, entry, news))[:200],
    )


def _content_id(provider: str, entry: Node, news: Feedback) -> str:
    """The same content of the same provider about the same recipient is the same news."""
    said = f"{provider}\x1f{news.type}\x1f{news.recipient}\x1f{_written(entry.value)}"
    return f"sha256:{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def _written(value: object) -> str:
    return _ENCODER.encode(value).decode("utf-8", "replace")
