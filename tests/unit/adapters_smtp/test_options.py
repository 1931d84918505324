"""The options of an address: each read exactly, each refused where it will not do."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.smtp.options import OPTIONS
from twofifty.adapters.smtp.route import SmtpRoute, TokenTerms
from twofifty.adapters.smtp.url import ROUTE_OPTIONS, parse_routes, split_urls
from twofifty.errors import SettingsError

PLAIN = SmtpRoute("mx.test", 25, "starttls")
DIGEST = "ab" * 32
TOKEN_URL = "https://login.example.com/token"


def read(query: str, user: str = "", host: str = "mx.test") -> SmtpRoute:
    (route,) = parse_routes(f"smtp://{user}{host}?{query}")
    return route


@pytest.mark.parametrize(
    ("query", "route"),
    [
        ("bdat=never", replace(PLAIN, bdat=False)),
        ("bdat=auto", PLAIN),
        ("dsn=on", replace(PLAIN, dsn="on")),
        ("dsn=off", replace(PLAIN, dsn="off")),
        ("family=6", replace(PLAIN, family="6")),
        ("local=192.0.2.7&family=4", replace(PLAIN, family="4", local="192.0.2.7")),
        ("helo=shop.example.com", replace(PLAIN, helo="shop.example.com")),
        ("helo=%5B192.0.2.7%5D", replace(PLAIN, helo="[192.0.2.7]")),
        ("ca=%2Fetc%2Fssl%2Frelay.pem", replace(PLAIN, ca="/etc/ssl/relay.pem")),
        (f"pin={DIGEST}", replace(PLAIN, pins=frozenset({DIGEST}))),
        (f"pin={':'.join(['AB'] * 32)}", replace(PLAIN, pins=frozenset({DIGEST}))),
        ("messages=7", replace(PLAIN, messages=7)),
        (
            "lookup=log:%2Fvar%2Flog%2Fmail.log",
            replace(PLAIN, lookup="log:/var/log/mail.log", capability="lookup"),
        ),
        (
            "capability=idempotent",
            replace(PLAIN, capability="idempotent", options={"capability": "idempotent"}),
        ),
        (
            "weight=3&domain_rate=10/s&warmup=2026-11-22:200",
            replace(
                PLAIN, options={"weight": "3", "domain_rate": "10/s", "warmup": "2026-11-22:200"}
            ),
        ),
    ],
)
def test_a_route_says_what_its_options_say(query: str, route: SmtpRoute) -> None:
    assert read(query) == route


def test_a_token_service_is_put_together_from_its_parts() -> None:
    query = f"auth=xoauth2&token_url={quote(TOKEN_URL, safe='')}&client_id=app&scope=send%20mail"
    route = read(query, "shop:refresh-me@")
    assert route.token == TokenTerms(TOKEN_URL, "app", "refresh-me", "", "send mail")
    assert read("auth=xoauth2", "shop:a-token@").token is None
    own = read(f"auth=xoauth2&token_url={quote(TOKEN_URL, safe='')}", "shop:refresh-me@")
    assert own.token is not None
    assert own.token.client == "shop"


@pytest.mark.parametrize(
    "query",
    [
        "bdat=yes",
        "dsn=always",
        "family=5",
        "local=relay",
        "local=192.0.2.7&family=6",
        "helo=shop%20example",
        "helo=%5Bnobody%5D",
        "helo=a%0D%0AMAIL",
        "ca=",
        f"pin={DIGEST[:-1]}",
        f"pin={DIGEST},",
        f"tls=opportunistic&pin={DIGEST}",
        "tls=none&ca=a.pem",
        "verify=off",
        "verify=maybe",
        "messages=0",
        "messages=1000000",
        "capability=lookup",
        "capability=magic",
        "lookup=log:mail.log",
        "lookup=log:%2Fvar%0Alog",
        "priority=1",
        "token_url=https%3A%2F%2Fx.test%2Ft",
        "client_id=app",
    ],
)
def test_an_option_that_will_not_do_is_refused_in_one_sentence(query: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(query)
    assert str(caught.value).startswith("SMTP_URL has")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("query", "user"),
    [
        ("auth=xoauth2", ""),
        ("auth=xoauth2", "shop@"),
        ("auth=xoauth2&client_id=app", "shop:token@"),
        ("auth=plain&token_url=https%3A%2F%2Fx.test%2Ft", "shop:token@"),
        ("auth=xoauth2&token_url=http%3A%2F%2Fx.test%2Ft", "shop:token@"),
        ("auth=cram-md5", "shop:token@"),
    ],
)
def test_a_log_in_by_token_needs_all_its_parts_and_a_private_way(query: str, user: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(query, user)
    assert "token@" not in str(caught.value)


def test_no_certificate_at_all_is_for_this_machine_only() -> None:
    assert not read("tls=starttls&verify=off", host="127.0.0.1").verify


def test_addresses_are_split_whatever_their_schemes_are() -> None:
    text = " smtp://a.test?warmup=2026-11-22:200 , ses://eu-west-1,smtps://u:p,w@b.test "
    assert split_urls(text) == (
        "smtp://a.test?warmup=2026-11-22:200",
        "ses://eu-west-1",
        "smtps://u:p,w@b.test",
    )


def test_secrets_of_a_token_service_are_in_no_repr() -> None:
    query = (
        f"auth=xoauth2&token_url={quote(TOKEN_URL, safe='')}&client_id=app&client_secret=s3cr-one"
    )
    assert "s3cr" not in repr(read(query, "shop:s3cr-two@"))


@given(
    st.sampled_from([*OPTIONS, *ROUTE_OPTIONS]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_any_value_is_taken_or_refused(name: str, value: str) -> None:
    try:
        route = read(f"{name}={quote(value, safe='')}", "shop:token@", "127.0.0.1")
    except SettingsError:
        return
    assert route.host == "127.0.0.1"
    assert route.options == ({name: value} if name in ROUTE_OPTIONS else {})
