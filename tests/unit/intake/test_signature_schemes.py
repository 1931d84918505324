"""Every scheme with a shared secret: what it promises beyond the vectors."""

import base64
import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import (
    AdyenJoined,
    Any,
    Basic,
    Hashed,
    Marked,
    NotSignable,
    ShopwareSigned,
    Stamped,
    StampedHeaders,
    StandardWebhooks,
    Token,
    TwilioForm,
    mac,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://orders.example.com/hooks/shop?a=1"
PADDLE = Stamped(
    "paddle-signature",
    time="ts",
    signature="h1",
    separator=";",
    joined="{t}:{body}",
    tolerance=5,
)
SIGNING: dict[str, Marked] = {
    "Hashed": Hashed("x-shop-hmac"),
    "Hashed after": Hashed("x-shop-hmac", with_url="after", prefix="sha256=", form="hex"),
    "Hashed hex secret": Hashed("x-shop-hmac", secret_form="hex"),
    "Stamped": Stamped("stripe-signature"),
    "Paddle": PADDLE,
    "StampedHeaders": StampedHeaders("x-signature", "x-time", joined="v0:{t}:{body}"),
    "StandardWebhooks": StandardWebhooks(),
    "ShopwareSigned": ShopwareSigned(),
    "TwilioForm": TwilioForm(),
    "Token": Token("x-token"),
    "Basic": Basic(),
    "Any": Any(Stamped("x-new"), Hashed("x-old")),
}
TIMED = ["Stamped", "Paddle", "StampedHeaders", "StandardWebhooks", "Any"]
OVER_BODY = [name for name in SIGNING if name not in ("TwilioForm", "Token", "Basic")]
KEYS = st.binary(min_size=3, max_size=40).map(lambda raw: base64.b64encode(raw).decode())


def fitting(scheme: Marked, secret: str) -> str:
    """The secret in the form that the scheme takes."""
    return secret.encode().hex() if getattr(scheme, "secret_form", "") == "hex" else secret


def signed(scheme: Marked, body: bytes, secret: str) -> Hook:
    return Hook(scheme.signed(body, secret, url=URL, at=AT), body, URL, AT)


@pytest.mark.parametrize("name", SIGNING)
@given(body=st.binary(min_size=1, max_size=300), key=KEYS, other=KEYS)
def test_what_is_signed_with_a_live_secret_verifies_and_nothing_else(
    name: str, body: bytes, key: str, other: str
) -> None:
    scheme = SIGNING[name]
    if name == "TwilioForm":
        body = b"Body=" + body.hex().encode()
    secret, another = fitting(scheme, key), fitting(scheme, other + "QUJD")
    hook = signed(scheme, body, secret)
    live: list[tuple[str, ...]] = [(secret,), (another, secret), (secret, another)]
    dead: list[tuple[str, ...]] = [(another,), (), ("",)]
    assert [scheme.verified(hook, Trust(secrets)) for secrets in live] == [True] * 3
    assert [scheme.verified(hook, Trust(secrets)) for secrets in dead] == [False] * 3


@pytest.mark.parametrize("name", OVER_BODY)
@given(body=st.binary(min_size=1, max_size=100), key=KEYS, place=st.integers(0, 99))
def test_one_changed_byte_of_the_body_is_refused(
    name: str, body: bytes, key: str, place: int
) -> None:
    scheme, secret = SIGNING[name], fitting(SIGNING[name], key)
    hook = signed(scheme, body, secret)
    place %= len(body)
    other = body[:place] + bytes([body[place] ^ 0x20]) + body[place + 1 :]
    for changed in (other, body + b"\n", body + b"\0", body[:-1]):
        broken = msgspec.structs.replace(hook, body=changed)
        assert scheme.verified(broken, Trust((secret,))) is False


@pytest.mark.parametrize("name", SIGNING)
@given(key=KEYS, place=st.integers(0, 500), bit=st.integers(0, 6))
def test_one_changed_bit_of_any_header_is_refused(
    name: str, key: str, place: int, bit: int
) -> None:
    scheme, secret = SIGNING[name], fitting(SIGNING[name], key)
    hook = signed(scheme, b"Body=1", secret)
    for header, value in hook.headers.items():
        at = place % len(value)
        other = value[:at] + chr(ord(value[at]) ^ (1 << bit)) + value[at + 1 :]
        same_user = name == "Basic" and at < len("Basic ") + 12
        if not same_user and other.strip() != value:
            broken = msgspec.structs.replace(hook, headers={**hook.headers, header: other})
            assert scheme.verified(broken, Trust((secret,))) is False, other


@pytest.mark.parametrize("name", [*SIGNING, "AdyenJoined"])
@given(
    value=st.text(max_size=100),
    body=st.binary(max_size=100),
    url=st.text(max_size=60),
    secret=st.text(max_size=20),
)
def test_rubbish_is_refused_without_an_exception(
    name: str, value: str, body: bytes, url: str, secret: str
) -> None:
    scheme = {**SIGNING, "AdyenJoined": AdyenJoined()}[name]
    hook = Hook(dict.fromkeys(scheme.marks(), value), body, url, AT)
    scheme.claimed(hook)
    if name not in ("Token", "Basic"):
        assert scheme.verified(hook, Trust((secret, ""))) is False
    else:
        assert scheme.verified(hook, Trust(("",))) is False


@pytest.mark.parametrize("name", TIMED)
def test_the_replay_window_is_the_platforms_both_ways(name: str) -> None:
    scheme = SIGNING[name]
    window = 5 if name == "Paddle" else 300
    hook = signed(scheme, b"{}", "c2VjcmV0")
    for apart, right in ((0, True), (window, True), (window + 1, False), (86400, False)):
        for sign in (1, -1):
            then = msgspec.structs.replace(hook, at=AT + timedelta(seconds=sign * apart))
            assert scheme.verified(then, Trust(("c2VjcmV0",))) is right, (sign, apart)


def test_a_tolerance_of_zero_is_none() -> None:
    scheme = StampedHeaders("x-signature", "x-time", tolerance=0)
    hook = signed(scheme, b"{}", "secret")
    then = msgspec.structs.replace(hook, at=AT + timedelta(days=900))
    assert scheme.verified(then, Trust(("secret",)))


@pytest.mark.parametrize("time", ["1772366400", "1772366400000", "2026-03-01T12:00:00Z"])
def test_a_time_may_be_seconds_milliseconds_or_rfc_3339(time: str) -> None:
    scheme = StampedHeaders("x-signature", "x-time")
    key = Hashed("x", form="hex").signed(f"{time}.".encode() + b"{}", "s", url="", at=AT)["x"]
    hook = Hook({"x-signature": key, "x-time": time}, b"{}", URL, AT)
    assert scheme.claimed(hook) == AT
    assert scheme.verified(hook, Trust(("s",)))


@pytest.mark.parametrize(
    "time", ["", "x", "-1", "1.5", "٣", "1" * 40, "2026-03-01T12:00:00", "1e9"]
)
def test_a_time_that_is_none_verifies_nothing(time: str) -> None:
    scheme = StampedHeaders("x-signature", "x-time", tolerance=0)
    key = Hashed("x", form="hex").signed(f"{time}.".encode() + b"{}", "s", url="", at=AT)["x"]
    hook = Hook({"x-signature": key, "x-time": time}, b"{}", URL, AT)
    assert scheme.claimed(hook) is None
    assert not scheme.verified(hook, Trust(("s",)))


def test_two_times_in_one_header_verify_nothing() -> None:
    scheme = Stamped("stripe-signature")
    hook = signed(scheme, b"{}", "s")
    value = hook.headers["stripe-signature"]
    for twice in (f"t=1,{value}", f"{value},t=1772366400"):
        broken = msgspec.structs.replace(hook, headers={"stripe-signature": twice})
        assert not scheme.verified(broken, Trust(("s",)))


def test_one_right_signature_of_several_is_enough() -> None:
    old, new = "b2xk", "bmV3"
    for scheme, header, mark in (
        (Stamped("stripe-signature"), "stripe-signature", "v1="),
        (PADDLE, "paddle-signature", "h1="),
    ):
        first = signed(scheme, b"{}", old).headers[header]
        second = signed(scheme, b"{}", new).headers[header]
        code = second.partition(mark)[2]
        joined = f"{first}{scheme.separator}{mark}{code}"
        hook = Hook({header: joined}, b"{}", URL, AT)
        for secret in (old, new):
            assert scheme.verified(hook, Trust((secret,)))
        assert not scheme.verified(hook, Trust(("b3RoZXI=",)))


def test_a_header_sent_twice_while_secrets_rotate_verifies_with_either() -> None:
    scheme = Hashed("x-mollie-signature", form="hex", prefix="sha256=")
    codes = [signed(scheme, b"{}", one).headers["x-mollie-signature"] for one in ("old", "new")]
    hook = Hook({"x-mollie-signature": ", ".join(codes)}, b"{}")
    assert scheme.verified(hook, Trust(("old",)))
    assert scheme.verified(hook, Trust(("new",)))
    assert not scheme.verified(hook, Trust(("other",)))


def test_a_flood_of_claimed_signatures_is_cut() -> None:
    scheme = Stamped("stripe-signature")
    right = signed(scheme, b"{}", "s").headers["stripe-signature"]
    time, _, code = right.partition(",")
    flood = ",".join([time, *["v1=" + "0" * 64] * 1000, code])
    assert not scheme.verified(Hook({"stripe-signature": flood}, b"{}", "", AT), Trust(("s",)))


def test_a_prefix_is_needed_unless_it_is_optional() -> None:
    strict = Hashed("x-signature", form="hex", prefix="sha256=")
    loose = msgspec.structs.replace(strict, prefix_optional=True)
    hook = signed(strict, b"{}", "s")
    bare = Hook({"x-signature": hook.headers["x-signature"].removeprefix("sha256=")}, b"{}")
    assert not strict.verified(bare, Trust(("s",)))
    assert loose.verified(bare, Trust(("s",)))
    assert loose.verified(hook, Trust(("s",)))


def test_a_url_is_signed_as_the_platform_knows_it() -> None:
    scheme = Hashed("x-square-hmacsha256-signature", with_url="before")
    hook = signed(scheme, b"{}", "s")
    for url in ("", URL + "/", URL.replace("https", "http"), URL.upper()):
        assert not scheme.verified(msgspec.structs.replace(hook, url=url), Trust(("s",)))


@pytest.mark.parametrize("secret", ["", "xyz", "abc", "ü"])
def test_a_secret_that_is_not_of_its_form_signs_and_verifies_nothing(secret: str) -> None:
    scheme = Hashed("x-signature", secret_form="hex")
    assert not scheme.verified(signed(scheme, b"{}", "00ff"), Trust((secret,)))
    with pytest.raises(NotSignable):
        scheme.signed(b"{}", secret, url=URL, at=AT)
    with pytest.raises(NotSignable):
        AdyenJoined().inside(b"{}", secret)


def test_a_token_may_stand_in_the_header_or_in_the_url() -> None:
    scheme = Token("x-token", "key")
    assert scheme.verified(Hook({"x-token": "a+b&c"}, b""), Trust(("a+b&c",)))
    told = scheme.addressed("https://orders.example.com/hooks/shop", "a+b&c")
    assert scheme.verified(Hook({}, b"", told), Trust(("a+b&c",)))
    told = scheme.addressed("https://orders.example.com/hooks/shop?x=1", "a+b&c")
    assert scheme.verified(Hook({}, b"", told), Trust(("a+b&c",)))
    assert not scheme.verified(Hook({}, b"", told), Trust(("a+b",)))
    assert not scheme.verified(Hook({}, b"", told.replace("key=", "keys=")), Trust(("a+b&c",)))
    assert not Token("x-token").verified(Hook({}, b"", told), Trust(("a+b&c",)))
    assert not Token().verified(Hook({"": "a"}, b"", "https://a.test/?=a"), Trust(("a",)))


def test_a_bearer_token_needs_its_word() -> None:
    scheme = Token("authorization", prefix="Bearer ")
    assert scheme.verified(signed(scheme, b"", "s"), Trust(("s",)))
    assert not scheme.verified(Hook({"authorization": "s"}, b""), Trust(("s",)))


def test_a_token_in_the_url_signs_only_where_it_stands() -> None:
    scheme = Token(query="key")
    with pytest.raises(NotSignable):
        scheme.signed(b"", "s", url="https://orders.example.com/hooks/shop", at=AT)
    told = scheme.addressed("https://orders.example.com/hooks/shop", "s")
    assert scheme.signed(b"", "s", url=told, at=AT) == {}


def test_a_password_may_come_with_a_named_user() -> None:
    scheme = Basic()
    hook = Hook({"authorization": "Basic " + base64.b64encode(b"shop:s:1").decode()}, b"")
    assert scheme.verified(hook, Trust(("s:1",)))
    assert scheme.verified(hook, Trust(("s:1",), {"username": "shop"}))
    assert scheme.verified(hook, Trust(("shop:s:1",)))
    assert not scheme.verified(hook, Trust(("s:1",), {"username": "other"}))
    assert not scheme.verified(hook, Trust(("1",)))
    lower = Hook({"authorization": hook.headers["authorization"].replace("Basic", "basic")}, b"")
    assert scheme.verified(lower, Trust(("s:1",)))


@pytest.mark.parametrize("said", ["", ":", "user:", ":s", "s", "userss"])
def test_an_incomplete_password_is_refused(said: str) -> None:
    hook = Hook({"authorization": "Basic " + base64.b64encode(said.encode()).decode()}, b"")
    assert Basic().verified(hook, Trust(("s", ""))) is (said == ":s")


def test_nothing_agrees_with_nothing() -> None:
    assert not mac.agree([""], [""])
    assert not mac.agree([], ["a"])
    assert not mac.agree(["a"], [])
    assert mac.agree(["b", "a"], ["", "a"])


def test_any_asks_only_the_first_scheme_that_is_there() -> None:
    new, old = Stamped("x-new"), Hashed("x-old")
    either = Any(new, old)
    both = {**signed(new, b"{}", "s").headers, **signed(old, b"{}", "s").headers}
    assert either.verified(Hook(both, b"{}", URL, AT), Trust(("s",)))
    assert either.verified(signed(old, b"{}", "s"), Trust(("s",)))
    broken = Hook({**both, "x-new": "t=1,v1=0"}, b"{}", URL, AT)
    assert not either.verified(broken, Trust(("s",))), "a wrong new one is not saved by an old"
    assert not either.verified(Hook({}, b"{}", URL, AT), Trust(("s",)))


def test_a_shopware_query_is_signed_without_its_signature_wherever_it_stands() -> None:
    scheme = ShopwareSigned()
    code = scheme.signed(b"", "s", url="https://a.test/?x=1&y=%2F", at=AT)[scheme.header]
    for query in (
        f"x=1&y=%2F&shopware-shop-signature={code}",
        f"shopware-shop-signature={code}&x=1&y=%2F",
        f"x=1&shopware-shop-signature={code}&y=%2F",
    ):
        assert scheme.verified(Hook({}, b"", f"https://a.test/?{query}"), Trust(("s",)))
    for query in (
        f"y=%2F&x=1&shopware-shop-signature={code}",
        f"x=1&y=/&shopware-shop-signature={code}",
        f"x=1&y=%2F&shopware-shop-signature={code}&shopware-shop-signature={code}",
        f"x=1&y=%2F&Shopware-shop-signature={code}",
    ):
        assert not scheme.verified(Hook({}, b"", f"https://a.test/?{query}"), Trust(("s",)))
    body = Hook({}, b"{}", f"https://a.test/?x=1&y=%2F&shopware-shop-signature={code}")
    assert not scheme.verified(body, Trust(("s",))), "a signed query says nothing of a body"


def test_nothing_at_all_is_not_signed() -> None:
    scheme = ShopwareSigned()
    code = Hashed(scheme.header, form="hex").signed(b"", "s", url="", at=AT)
    assert not scheme.verified(Hook(code, b"", "https://a.test/"), Trust(("s",)))


def test_every_item_of_an_adyen_batch_must_be_signed() -> None:
    scheme, key = AdyenJoined(), "44782DEF547AAA06"
    items = [{"NotificationRequestItem": {"pspReference": str(n)}} for n in range(3)]
    body = scheme.inside(json.dumps({"notificationItems": items}).encode(), key)
    assert scheme.verified(Hook({}, body), Trust((key,)))
    assert scheme.signed(body, key, url=URL, at=AT) == {}
    for n in range(3):
        document = json.loads(body)
        item = document["notificationItems"][n]["NotificationRequestItem"]
        for changed in ({**item, "pspReference": "9"}, {"pspReference": str(n)}, {}, None, "x"):
            document["notificationItems"][n]["NotificationRequestItem"] = changed
            broken = json.dumps(document).encode()
            assert not scheme.verified(Hook({}, broken), Trust((key,))), changed
    for empty in (
        b'{"notificationItems": []}',
        b"{}",
        b"[]",
        b"",
        b"{",
        b'{"notificationItems":1}',
    ):
        assert not scheme.verified(Hook({}, empty), Trust((key,)))
    with pytest.raises(NotSignable):
        scheme.signed(json.dumps({"notificationItems": items}).encode(), key, url=URL, at=AT)


def test_an_adyen_field_said_twice_is_refused_whole() -> None:
    scheme, key = AdyenJoined(), "44782DEF547AAA06"
    item = b'{"notificationItems":[{"NotificationRequestItem":{"pspReference":"1"}}]}'
    body = scheme.inside(item, key)
    twice = body.replace(b'"pspReference":"1"', b'"pspReference":"2","pspReference":"1"')
    assert scheme.verified(Hook({}, body), Trust((key,)))
    assert not scheme.verified(Hook({}, twice), Trust((key,)))
