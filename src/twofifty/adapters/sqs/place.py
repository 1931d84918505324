"""Reads a `BROKER_URL` for SQS.

    sqs://eu-central-1/twofifty                       standard queues
    sqs://eu-central-1/twofifty.fifo                  FIFO queues
    sqs://KEY_ID:SECRET@eu-central-1/twofifty         keys here, else from AWS's usual places
    sqs://eu-central-1/twofifty?endpoint=http://127.0.0.1:9324&create=no

`Options` has the options. No message of this module repeats any part of the address: a mistyped one
may hold the secret anywhere. It needs no library of AWS's.
"""

import re
from typing import Annotated, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import msgspec

from twofifty.errors import SettingsError

_UNFIT = re.compile(r"[\x00-\x20\x7f]")
_REGION = re.compile(r"[a-z]{2,8}(-[a-z]+)+-\d{1,2}")
_QUEUE = re.compile(r"[A-Za-z0-9_-]{1,69}")
_ENDPOINT = re.compile(r"https?://[^/?#@\s]+/?")
_FIFO = ".fifo"


class Keys(msgspec.Struct, frozen=True):
    """Credentials that stand in the URL. Their text shows none of them."""

    key_id: str
    secret: str
    token: str = ""

    def __repr__(self) -> str:
        return "Keys(...)"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand behind the `?`. Times are seconds.

    `endpoint`: another address than AWS's own. `create`: `no` where the queues are made by somebody
    else. `groups`: into how many groups a FIFO queue is parted. `visibility`: how long a ticket is
    its taker's without a word. `wait`: how long a question to an empty queue stays open.
    `receives`: handed over more often than that, a ticket is a dead letter."""

    endpoint: str = ""
    create: Literal["yes", "no"] = "yes"
    groups: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1024
    visibility: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 30
    wait: Annotated[int, msgspec.Meta(ge=1, le=20)] = 10
    receives: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    session_token: str = ""


class Place(msgspec.Struct, frozen=True):
    """Where the queues are. `keys`: None for AWS's usual places."""

    region: str
    queue: str
    fifo: bool
    options: Options = Options()
    keys: Keys | None = None

    @property
    def urgent(self) -> str:
        """The queue of what a customer waits for."""
        return self._named("")

    @property
    def later(self) -> str:
        """The queue of what may wait."""
        return self._named("-later")

    @property
    def dead(self) -> str:
        """The queue of dead letters."""
        return self._named("-dead")

    def _named(self, end: str) -> str:
        return f"{self.queue}{end}{_FIFO if self.fifo else ''}"


def check_broker_url(url: str) -> None:
    """Raises SettingsError that says what is wrong with `url` and how to mend it."""
    parse_place(url)


def parse_place(url: str) -> Place:
    """The place that a `BROKER_URL` names. Raises SettingsError."""
    parts = _split(url)
    options = _options(parts.query)
    name = parts.path.removeprefix("/")
    queue = name.removesuffix(_FIFO)
    if not _QUEUE.fullmatch(queue):
        raise _bad("names no queue: one word of letters, digits, - and _, 69 at most, then .fifo")
    return Place(
        region=_region(parts),
        queue=queue,
        fifo=name.endswith(_FIFO),
        options=options,
        keys=_keys(parts, options.session_token),
    )


def _split(url: str) -> SplitResult:
    if _UNFIT.search(url):
        raise _bad("holds a space or control character; percent-encode it")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _bad("is not a URL; it should look like sqs://eu-central-1/twofifty") from None
    if parts.scheme != "sqs":
        raise _bad("must begin with sqs://")
    if parts.fragment:
        raise _bad("holds a #; percent-encode / ? # in keys")
    return parts


def _region(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2]
    if not _REGION.fullmatch(host):
        raise _bad("names no region before the queue; write one as eu-central-1, without a port")
    return host


def _keys(parts: SplitResult, token: str) -> Keys | None:
    if not parts.username and not parts.password:
        if token:
            raise _bad("has a session_token without keys; write sqs://KEY_ID:SECRET@region/queue")
        return None
    if not parts.username or not parts.password:
        raise _bad("has one key without the other; write sqs://KEY_ID:SECRET@region/queue")
    return Keys(unquote(parts.username), unquote(parts.password), token)


def _options(query: str) -> Options:
    pairs = parse_qsl(query, keep_blank_values=True)
    if len(dict(pairs)) < len(pairs):
        raise _bad("has an option twice")
    if not {name for name, _ in pairs} <= set(Options.__struct_fields__):
        raise _bad(f"has an option that is not one of {', '.join(Options.__struct_fields__)}")
    try:
        options = msgspec.convert(dict(pairs), Options, strict=False)
    except msgspec.ValidationError as wrong:
        raise _bad(f"has an option that cannot be used: {wrong}") from None
    if options.endpoint and not _ENDPOINT.fullmatch(options.endpoint):
        raise _bad("has an endpoint that is not http:// or https://, a host and perhaps a port")
    return options


def _bad(what: str) -> SettingsError:
    return SettingsError(f"BROKER_URL {what}.")
