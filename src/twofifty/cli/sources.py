"""`twofifty source ...`: looking at payloads and signatures without a running service."""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from twofifty.adapters.http.keys import HttpKeys
from twofifty.app.doors import askables, doors
from twofifty.cli.moment import moment
from twofifty.clock import SystemClock
from twofifty.errors import BadInput, SettingsError, StartError
from twofifty.flow.receive import Door
from twofifty.intake.ports import Hook, Scheme, Source, Stated, Wanted
from twofifty.intake.signature import Marked
from twofifty.intake.signature.diagnosis import Finding, diagnose
from twofifty.order.events import Ignored, News, OrderEvent, Pointer
from twofifty.settings import Settings


def tried(source: Source, files: Iterable[Path], stated: Stated, topic: str = "") -> int:
    """Prints what a source makes of each file, one JSON object a line; 0 where every file was
    understood or properly ignored."""
    understood = True
    for file in files:
        said = _try(source, file, stated, topic)
        understood &= "error" not in said
        sys.stdout.write(msgspec.json.encode({"file": str(file), **said}).decode() + "\n")
    return 0 if understood else 1


def _try(source: Source, file: Path, stated: Stated, topic: str) -> Mapping[str, Any]:
    try:
        read = source.read(topic, file.read_bytes(), stated)
    except OSError as fault:
        return {"error": fault.strerror or "cannot be read"}
    except BadInput as bad:
        return {"error": bad.title, "status": bad.status, "problems": bad.problems}
    return {"ignored": read.reason} if isinstance(read, Ignored) else said(read)


def said(news: tuple[News, ...]) -> dict[str, Any]:
    """News as JSON: whole orders, and events that tell a part of one or only point to it."""
    orders = [
        each.order
        for each in news
        if isinstance(each, OrderEvent | Pointer) and each.order is not None
    ]
    events = [each for each in news if not isinstance(each, OrderEvent | Pointer)]
    points = [
        {"type": each.type, "source": each.source, "order_id": each.order_id, "fetch": True}
        for each in news
        if isinstance(each, Pointer) and each.order is None
    ]
    found: dict[str, Any] = {"orders": orders} if orders else {}
    return {**found, "events": [*events, *points]} if events or points else found


class Given(msgspec.Struct, frozen=True):
    """What a person knows of a webhook beside its body, as written on the command line."""

    signature: str
    headers: tuple[str, ...]
    url: str
    at: str


def verified(settings: Settings, name: str, file: Path, given: Given, *, as_json: bool) -> int:
    """Prints what is right or wrong with a signature; 0 where it is right.

    Raises SettingsError: an unknown source, a malformed header or time. StartError: no file."""
    found = doors(settings).get(name)
    if found is None:
        known = ", ".join(settings.sources) or "none yet"
        raise SettingsError(f"there is no source {name!r} with webhooks; known: {known}")
    try:
        body = file.read_bytes()
    except OSError as fault:
        raise StartError(f"{file}: {fault.strerror}") from None
    scheme = found.source.signature
    url = given.url or f"{settings.base_url()}/hooks/{name}"
    at = moment("--at", given.at) if given.at else SystemClock().now()
    hook = Hook(_headers(scheme, given), body, url, at)
    finding = asyncio.run(_diagnosed(settings, found, hook))
    if as_json:
        sys.stdout.write(msgspec.json.encode(finding).decode() + "\n")
    else:
        sys.stdout.write(f"{finding.code}: {finding.message}\n")
    return 0 if finding.code == "valid" else 1


async def _diagnosed(settings: Settings, door: Door, hook: Hook) -> Finding:
    """The finding, with the platform's public key where it can be fetched."""
    clock = SystemClock()
    keys = HttpKeys(clock, askables(settings, clock))
    scheme, trust = door.source.signature, door.trust
    try:
        said = scheme.verified(hook, trust)
        if isinstance(said, Wanted) and (found := await keys.key(door.stated.name, said.url)):
            trust = msgspec.structs.replace(trust, keys={said.url: found})
    finally:
        await keys.close()
    return diagnose(scheme, hook, trust)


def _headers(scheme: Scheme, given: Given) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in given.headers:
        name, colon, value = line.partition(":")
        if not colon:
            raise SettingsError(f"--header: write 'Name: value'; {line[:40]!r} has no colon")
        headers[name.strip().lower()] = value.strip()
    marks = scheme.marks() if isinstance(scheme, Marked) else ()
    if given.signature and marks:
        headers.setdefault(marks[0], given.signature)
    return headers
