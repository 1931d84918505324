"""Signatures against published and generated vectors: every scheme in them is judged as its
platform does, and a single changed byte is never believed."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import (
    AdyenJoined,
    Hashed,
    Marked,
    SendGridSigned,
    ShopwareSigned,
    Stamped,
    StandardWebhooks,
    TwilioForm,
)

VECTORS = Path("../shared/corpora/signatures/all/vectors_dev.jsonl")
AT = datetime(2026, 1, 1, tzinfo=UTC)
SCHEMES: dict[str, Marked] = {
    "adyen": AdyenJoined(),
    "easypost": Hashed(
        "x-hmac-signature", form="hex", prefix="hmac-sha256-hex=", secret_form="nfkd"
    ),
    "paddle": Stamped(
        "paddle-signature",
        time="ts",
        signature="h1",
        separator=";",
        joined="{t}:{body}",
        tolerance=5,
    ),
    "sendgrid": SendGridSigned(),
    "shopify": Hashed("x-shopify-hmac-sha256"),
    "shopware": ShopwareSigned(),
    "square": Hashed("x-square-hmacsha256-signature", with_url="before"),
    "standard-webhooks": StandardWebhooks(),
    "stripe": Stamped("stripe-signature"),
    "svix": StandardWebhooks("svix"),
    "twilio": TwilioForm(),
    "woocommerce": Hashed("x-wc-webhook-signature"),
}
NEVER_IN = {"paddle", "square"}
"""Platforms whose vectors here are all invalid ones."""


class Vector(msgspec.Struct):
    id: str
    platform: str
    scheme: str
    expect: str
    headers: dict[str, str]
    body: str
    url: str | None = None
    secret: str | None = None
    now: int | None = None
    public_key: str | None = None
    note: str = ""

    def how(self) -> Marked:
        if self.scheme.startswith("registration"):
            return ShopwareSigned("shopware-app-signature")
        return SCHEMES[self.platform]

    def hook(self) -> Hook:
        headers = {name.lower(): value for name, value in self.headers.items()}
        at = datetime.fromtimestamp(self.now, UTC) if self.now is not None else AT
        return Hook(headers, self.body.encode(), self.url or "", at)

    def trust(self) -> Trust:
        return Trust((self.secret or self.public_key or "",))


def vectors() -> list[Vector]:
    if not VECTORS.exists():
        pytest.skip(f"no signature vectors at {VECTORS}")
    return [msgspec.json.decode(line, type=Vector) for line in VECTORS.open("rb")]


def valid() -> list[Vector]:
    return [vector for vector in vectors() if vector.expect == "valid"]


def test_every_vector_is_judged_as_its_platform_does() -> None:
    judged = Counter[tuple[str, str]]()
    for vector in vectors():
        said = vector.how().verified(vector.hook(), vector.trust())
        assert said is (vector.expect == "valid"), vector.id
        judged[vector.platform, vector.expect] += 1
    right = {platform for platform, expect in judged if expect == "valid"}
    assert right == set(SCHEMES) - NEVER_IN
    assert judged.total() >= 80


def test_a_second_live_secret_verifies_as_well_as_the_first() -> None:
    for vector in valid():
        right = vector.trust().secrets[0]
        for secrets in ((right, "00ff"), ("00ff", right), ("", right)):
            assert vector.how().verified(vector.hook(), Trust(secrets)) is True, vector.id


def test_without_a_secret_or_with_another_nothing_verifies() -> None:
    for vector in valid():
        for secrets in ((), ("",), ("00ff",), ("whsec_AAAA", " ")):
            assert vector.how().verified(vector.hook(), Trust(secrets)) is False, vector.id


def test_every_single_changed_byte_of_the_body_is_refused() -> None:
    for vector in valid():
        if vector.platform == "adyen":
            continue  # signs eight fields only: see below
        hook = vector.hook()
        for place in range(0, len(hook.body), max(1, len(hook.body) // 200)):
            changed = msgspec.structs.replace(hook, body=_flipped(hook.body, place))
            assert vector.how().verified(changed, vector.trust()) is False, (vector.id, place)


def test_every_changed_field_that_adyen_signs_is_refused() -> None:
    tried = 0
    for vector in valid():
        if vector.platform != "adyen":
            continue
        for changed in _with_one_field_changed(vector.body):
            hook = msgspec.structs.replace(vector.hook(), body=changed)
            assert vector.how().verified(hook, vector.trust()) is False, (vector.id, changed)
            tried += 1
    assert tried >= 40


def test_every_single_changed_byte_of_the_signature_is_refused() -> None:
    tried = 0
    for vector in valid():
        if vector.platform == "adyen":
            continue
        for hook in _with_one_byte_of_the_code_changed(vector):
            assert vector.how().verified(hook, vector.trust()) is False, (vector.id, hook)
            tried += 1
    assert tried >= 1000


def test_every_single_changed_byte_of_the_time_and_the_id_is_refused() -> None:
    tried = 0
    for vector in valid():
        hook = vector.hook()
        for header in set(hook.headers) & {
            "webhook-id",
            "webhook-timestamp",
            "svix-id",
            "svix-timestamp",
            "x-twilio-email-event-webhook-timestamp",
        }:
            for place in range(len(hook.headers[header])):
                value = _flipped(hook.headers[header].encode(), place).decode()
                changed = _with_header(hook, header, value)
                assert vector.how().verified(changed, vector.trust()) is False, vector.id
                tried += 1
        if vector.platform == "stripe":
            value = hook.headers["stripe-signature"]
            for place in range(len("t="), len("t=1710000000")):
                changed = _with_header(
                    hook, "stripe-signature", _flipped(value.encode(), place).decode()
                )
                assert vector.how().verified(changed, vector.trust()) is False, vector.id
                tried += 1
    assert tried >= 100


def test_every_single_changed_byte_of_a_signed_url_is_refused() -> None:
    tried = 0
    for vector in valid():
        if vector.platform not in ("twilio", "shopware") or (
            vector.platform == "shopware" and vector.body
        ):
            continue
        hook = vector.hook()
        start = hook.url.index("?") + 1 if vector.platform == "shopware" else 0
        for place in range(start, len(hook.url)):
            url = _flipped(hook.url.encode(), place).decode()
            changed = msgspec.structs.replace(hook, url=url)
            assert vector.how().verified(changed, vector.trust()) is False, (vector.id, url)
            tried += 1
    assert tried >= 100


def _flipped(text: bytes, place: int) -> bytes:
    return text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]


def _with_header(hook: Hook, name: str, value: str) -> Hook:
    return msgspec.structs.replace(hook, headers={**hook.headers, name: value})


def _with_one_byte_of_the_code_changed(vector: Vector) -> Iterator[Hook]:
    """Each byte of each code that alone could have made the request valid."""
    hook = vector.hook()
    header = vector.how().marks()[0]
    if header not in hook.headers:
        start = hook.url.index(f"{header}=") + len(f"{header}=")
        for place in range(start, len(hook.url)):
            url = _flipped(hook.url.encode(), place).decode()
            yield msgspec.structs.replace(hook, url=url)
        return
    value = hook.headers[header]
    code = next(one for one in _codes(value) if _alone(vector, value.replace(one, "")) is False)
    for place in range(value.index(code), value.index(code) + len(code)):
        yield _with_header(hook, header, _flipped(value.encode(), place).decode("latin-1"))


def _alone(vector: Vector, value: str) -> object:
    hook = _with_header(vector.hook(), vector.how().marks()[0], value)
    return vector.how().verified(hook, vector.trust())


def _codes(value: str) -> list[str]:
    parts = value.replace(",", " ").replace("v1=", " ").replace("hmac-sha256-hex=", " ").split()
    return [part for part in parts if len(part) > 20]


def _with_one_field_changed(body: str) -> Iterator[bytes]:
    paths = (
        ("pspReference",),
        ("originalReference",),
        ("merchantAccountCode",),
        ("merchantReference",),
        ("amount", "value"),
        ("amount", "currency"),
        ("eventCode",),
        ("success",),
        ("additionalData", "hmacSignature"),
    )
    for path in paths:
        document = json.loads(body)
        place = document["notificationItems"][0]["NotificationRequestItem"]
        for step in path[:-1]:
            place = place[step]
        found = place.get(path[-1], "")
        place[path[-1]] = found + 1 if isinstance(found, int) else f"{found}x"
        yield json.dumps(document).encode()
