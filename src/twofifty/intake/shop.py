"""What intake asks a shop's own API, as values: a dialogue yields requests and is sent replies.

An adapter's dialogues hold no network and no clock. Who runs them obeys rate limits, repeats what
may be repeated and bounds everything (`flow.ask`), so no adapter does.
"""

import base64
from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from typing import Literal, Protocol, TypeVar, runtime_checkable
from urllib.parse import quote, urlencode

import msgspec

T = TypeVar("T")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class Access(msgspec.Struct, frozen=True):
    """How a shop's API is reached, from the source's table: `api_url`, `api_key`, `api_secret`,
    and the kind's own `options`."""

    url: str = ""
    key: str = ""
    secret: str = ""
    options: Mapping[str, str] = {}


class Ask(msgspec.Struct, frozen=True):
    """One request. `url` is absolute, or a path (`/orders/1`) below `Access.url`. `keep`: the reply
    is a token, kept under this name for as long as its `expires_in` says.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = {}
    body: bytes = b""
    keep: str = ""


class Reply(msgspec.Struct, frozen=True):
    """A reply of status 2xx, or 404; every other one never reaches a dialogue."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Dialogue = Generator[Ask, Reply, T]


class Page(msgspec.Struct, frozen=True):
    """A part of a listing: documents that the kind's `Source.read` understands, and where the next
    part begins (None: this is the last)."""

    documents: tuple[bytes, ...]
    cursor: str | None = None


class Registered(msgspec.Struct, frozen=True):
    """A webhook as the shop has it. `active` is False where the shop has switched it off."""

    id: str
    topic: str
    url: str
    active: bool = True


class Shop(Protocol):
    """One kind of shop's API. Raises BadInput or loose.Unreadable for replies that it cannot
    understand."""

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that a source needs webhooks for; empty: its API takes none."""
        ...

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """The whole order as a document that `Source.read` understands; None: there is none."""
        ...

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """One page of the orders that changed at or after `since`, oldest change first where the
        API can. `cursor` is '' for the first page, else what the page before said."""
        ...

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """Every webhook that the shop has for us."""
        ...

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Registers webhooks for `topics` and says the secrets that they are signed with: `secret`
        where the shop takes one, else those that the shop made."""
        ...


@runtime_checkable
class Announces(Protocol):
    """A Shop that can tell whether it mails its own order confirmation."""

    own_mails_at: str
    """Where a person switches it off: `WooCommerce, Settings, Emails`."""

    def own_confirmation(self, access: Access) -> Dialogue[bool | None]:
        """Whether the shop's customers get a confirmation from the shop itself; None: it does not
        say."""
        ...


@runtime_checkable
class Signs(Protocol):
    """A Shop whose webhooks are signed with a secret that is known before they are registered:
    `ours`, which `register` is given, or the `app`'s, which belongs to the key of its API. Every
    other shop makes a new one for each registration."""

    signs_with: Literal["ours", "app"]


@runtime_checkable
class KeyKeeper(Protocol):
    """A Shop whose platform tells its public keys to applications only."""

    def public_key(self, access: Access, url: str) -> Dialogue[bytes | None]:
        """What stands at `url`; None: nothing."""
        ...


def path(*parts: str, **parameters: str) -> str:
    """A path below `Access.url`, everything in it escaped: `path("orders", "1 2", a="b")` is
    `/orders/1%202?a=b`. Empty parameters are left out."""
    asked = {name: value for name, value in parameters.items() if value}
    way = "/" + "/".join(quote(part, safe="") for part in parts)
    return f"{way}?{urlencode(asked)}" if asked else way


def stamp(moment: datetime) -> str:
    """A moment in UTC as most shops take it: `2026-01-31T09:30:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def document(value: object) -> bytes:
    """A part of a decoded reply as JSON again, its numbers as they came."""
    return _ENCODER.encode(value)


def bearer(token: str) -> dict[str, str]:
    """The header of RFC 6750."""
    return {"authorization": f"Bearer {token}"}


def basic(user: str, password: str) -> dict[str, str]:
    """The header of RFC 7617."""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"authorization": f"Basic {pair}"}
