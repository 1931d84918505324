"""Looking at one's own data, and acting on it, from the command line."""

import asyncio
import json
import sys
import time
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import httpx2
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from twofifty.app.folder import data_folder, has_key, kept_key
from twofifty.app.stores import Store, open_made
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError, StartError
from twofifty.flow.again import Archivist
from twofifty.flow.why import Historian, Link
from twofifty.notice.model import Status
from twofifty.settings import Settings
from twofifty.track.model import MessageQuery, MessageView, Moment, OrderQuery, Page, Refusal

T = TypeVar("T")
DONE: frozenset[Status] = frozenset(
    {"sent", "delivered", "bounced", "failed", "suppressed", "superseded", "cancelled", "held"}
)


def send(settings: Settings, file: str, timeout: float) -> int:
    """Posts `file` to the running service; 0 once its message is sent."""
    body = _read(file)
    try:
        fields = json.loads(body)
    except ValueError:
        fields = None
    path = "/v1/events" if isinstance(fields, dict) and "order" in fields else "/v1/orders"
    key = settings.api_key or _key(settings)
    with httpx2.Client(
        base_url=_local_url(settings), headers={"Authorization": f"Bearer {key}"}, timeout=30
    ) as client:
        answer = _asked(client, path, body)
        _print(answer)
        return _followed(client, answer, timeout)


def _key(settings: Settings) -> str:
    """The key that a service made here. Only the service makes one."""
    if not has_key(settings):
        folder = data_folder(settings)
        raise StartError(f"{folder}: there is no key yet; start `twofifty serve`, or set API_KEY")
    return kept_key(settings)


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as fault:
        raise StartError(f"{file}: {fault.strerror}") from None


def _asked(client: httpx2.Client, path: str, body: bytes) -> dict[str, Any]:
    try:
        response = client.post(path, content=body)
    except httpx2.TransportError:
        raise StartError(
            f"nothing answers at {client.base_url}; start it with `twofifty serve`"
        ) from None
    answer: dict[str, Any] = response.json()
    return {**answer, "status": response.status_code}


def _followed(client: httpx2.Client, answer: dict[str, Any], timeout: float) -> int:
    if answer["status"] >= 300:
        return 1
    until = time.monotonic() + timeout
    for identity in answer.get("messages", ()):
        message = client.get(f"/v1/messages/{identity}").json()
        while message["status"] not in DONE and time.monotonic() < until:
            time.sleep(0.05)
            message = client.get(f"/v1/messages/{identity}").json()
        _print(message)
        if message["status"] not in ("sent", "delivered"):
            return 1
    return 0


def order(settings: Settings, order_id: str, source: str | None, *, as_json: bool) -> int:
    """Prints an order and its timeline."""

    async def ask(store: Store) -> int:
        found = await store.archive.orders(OrderQuery(text=order_id, source=source))
        exact = [one for one in found.items if order_id in (one.id, one.number)]
        for one in exact:
            moments = await store.archive.timeline(one.source, one.id) or ()
            _shown(one, moments, as_json=as_json)
        return _or_missing(exact, f"no order {order_id}")

    return with_store(settings, ask)


def message_query(
    order: str | None, recipient: str | None, status: str | None, limit: int
) -> MessageQuery:
    """Which messages are asked for. Raises SettingsError for an unknown status."""
    return MessageQuery(order, recipient, _status(status), None, Page(limit))


def messages(settings: Settings, query: MessageQuery, *, as_json: bool) -> int:
    """Prints messages as a table or as JSON lines."""

    async def ask(store: Store) -> int:
        found = (await store.archive.messages(query)).items
        if as_json:
            for one in found:
                _print(one)
        else:
            _console().print(_table(found))
        return 0

    return with_store(settings, ask)


def show(settings: Settings, message_id: str, *, raw: bool, as_json: bool) -> int:
    """Prints a message with its history, or its bytes."""

    async def ask(store: Store) -> int:
        message = await store.archive.message(message_id)
        if message is None:
            return _or_missing((), f"no message {message_id}")
        if raw:
            sys.stdout.buffer.write(await store.archive.raw(message_id) or b"")
        else:
            _shown(message, await store.archive.message_events(message_id) or (), as_json=as_json)
        return 0

    return with_store(settings, ask)


def again(settings: Settings, message_id: str, *, as_json: bool) -> int:
    """Composes a message again and says whether it is what was sent; 1 where it is not."""

    async def ask(store: Store) -> int:
        found = await Archivist(store.origins, store.shelf).again(message_id)
        if found is None:
            return _or_missing((), f"no message {message_id}")
        if as_json:
            _print(found)
        else:
            lines = ("identical" if found.identical else found.reason, *found.difference)
            sys.stdout.write("\n".join(lines) + "\n")
        return 0 if found.identical else 1

    return with_store(settings, ask)


def why(settings: Settings, message_id: str, *, as_json: bool) -> int:
    """Prints a message's chain of causes."""

    async def ask(store: Store) -> int:
        historian = Historian(store.archive, store.origins, store.shelf)
        found = await historian.why(message_id)
        if found is None:
            return _or_missing((), f"no message {message_id}")
        if as_json:
            for link in found:
                _print(link)
        else:
            _console().print(_causes(found))
        return 0

    return with_store(settings, ask)


def resend(settings: Settings, message_id: str, to: str | None) -> int:
    """Queues another copy; the running service sends it within a second."""

    async def ask(store: Store) -> int:
        done = await store.desk.resend(message_id, to, "the command line")
        if isinstance(done, Refusal):
            return _or_missing((), done.reason)
        return _or_missing((), f"no message {message_id}") if done is None else _print(done)

    return with_store(settings, ask)


def with_store(settings: Settings, ask: Callable[[Store], Awaitable[int]]) -> int:
    """The exit code of what is asked of the store, which a service may use meanwhile. Raises
    StartError where there is none yet."""

    async def asking() -> int:
        store = open_made(settings.database_url, SystemClock())
        try:
            return await ask(store)
        finally:
            await store.close()

    return asyncio.run(asking())


def _status(word: str | None) -> Status | None:
    if word is None or word in get_args(Status):
        return word  # type: ignore[return-value]
    raise SettingsError(f"--status: {word} is none of {', '.join(get_args(Status))}")


def _shown(head: object, moments: Sequence[Moment], *, as_json: bool) -> None:
    if as_json:
        fields = msgspec.to_builtins(head)
        _print({**fields, "timeline": msgspec.to_builtins(moments)})
        return
    _print(head)
    table = Table(box=None, header_style="bold")
    for name in ("at", "what", "code", "text"):
        table.add_column(name, no_wrap=name in ("at", "what"))
    for moment in moments:
        code = " ".join(str(part) for part in (moment.code, moment.enhanced) if part)
        at = moment.at.isoformat("T", "milliseconds")
        table.add_row(at, moment.what, code, plain(moment.text))
    _console().print(table)


def _table(found: Sequence[MessageView]) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("id", "order", "kind", "recipient", "status", "reason"):
        table.add_column(name, no_wrap=name in ("id", "recipient"))
    for one in found:
        told = (one.order_number or one.order_id, one.kind, one.recipient, one.status)
        table.add_row(one.id, *(plain(word) for word in (*told, one.reason or "")))
    return table


def _causes(found: Sequence[Link]) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("because of", "at", "id", ""):
        table.add_column(name, no_wrap=name in ("because of", "at"))
    for link in found:
        at = link.at.isoformat(" ", "seconds") if link.at else ""
        table.add_row(link.what, at, plain(link.id), plain(link.text))
    return table


def plain(text: str) -> Text:
    """A stranger's words for a terminal: without what would move its cursor or turn its writing,
    and never read as markup."""
    safe = (" " if unicodedata.category(each) in ("Cc", "Cf") else each for each in text[:200])
    return Text("".join(safe))


def _console() -> Console:
    """A terminal's own width; where nobody looks, nothing is cut."""
    return Console() if sys.stdout.isatty() else Console(width=250)


def _print(value: object) -> int:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    return 0


def _or_missing(found: Sequence[object], said: str) -> int:
    if not found:
        sys.stderr.write(f"twofifty: {said}\n")
    return 0 if found else 1


def _local_url(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "") else settings.host  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
