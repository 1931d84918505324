"""The routes of `SMTP_URL`, and the rates of what leaves by them."""

import pytest

from twofifty.app.routes import (
    MOST_AT_ONCE,
    bounds,
    check_routes,
    legs,
    rates,
    share,
    stated,
    stays_here,
)
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError
from twofifty.settings import Settings, SourceSettings

MIXED = (
    "smtp://user:pass@relay.example.com:587?weight=3&rate=10/s,"
    "postmark+api://:token@default?weight=1&domain_rate=60/m,"
    "smtps://other.example.com?lookup=https%3A%2F%2Fother.example.com%2F%7Bmessage_id%7D"
)


def test_servers_and_providers_stand_in_one_list() -> None:
    assert [route.label for route in stated(MIXED)] == [
        "relay.example.com:587",
        "postmark api.postmarkapp.com",
        "other.example.com:465",
    ]


def test_each_route_brings_what_is_agreed_with_it() -> None:
    relay, postmark, other = legs(Settings(), MIXED, SystemClock())
    assert (relay.terms.weight, relay.terms.rate, relay.capability) == (3.0, 10.0, "nothing")
    assert (postmark.terms.weight, postmark.terms.domain_rate) == (1.0, 1.0)
    assert (postmark.capability, postmark.lookup is not None) == ("lookup", True)
    assert (other.capability, other.lookup is not None) == ("lookup", True)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtp://a.example.com,smtp://b.example.com?rate=fast", "address 2 of 2"),
        ("smtp://a.example.com?weight=0", "weight"),
        ("postmark+api://:token@default?warmup=soon", "warmup"),
        ("nobody+api://:hush@default", "must begin with"),
        ("http://relay.example.com", "smtp://"),
    ],
)
def test_a_bad_route_is_named_by_its_place_and_never_repeated(url: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_routes(Settings(smtp_url=url))
    assert said in str(caught.value)
    assert "hush" not in str(caught.value)


def test_rates_are_of_all_mail_and_of_sources() -> None:
    tea = SourceSettings(kind="woocommerce", rate="5000/h")
    silk = SourceSettings(kind="woocommerce")
    found = rates(Settings(rate="10/s", sources={"tea": tea, "silk": silk}))
    assert {name: terms.rate for name, terms in found.items()} == {"": 10.0, "tea": 5000 / 3600}


@pytest.mark.parametrize("rate", ["10", "10/year", "-1/s", "0/s", "fast"])
def test_a_rate_that_is_none_is_an_error_that_names_its_setting(rate: str) -> None:
    with pytest.raises(SettingsError, match=r"^RATE "):
        check_routes(Settings(rate=rate))
    tea = SourceSettings(kind="woocommerce", rate=rate)
    with pytest.raises(SettingsError, match=r"^sources\.tea\.rate "):
        check_routes(Settings(sources={"tea": tea}))


def test_processes_share_every_rate() -> None:
    assert share(Settings(workers=4)) == 0.25
    assert share(Settings(workers=0)) == 1.0


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("", True),
        ("smtp://127.0.0.1:25", True),
        ("smtp://127.0.0.1:25,smtp://relay.example.com", False),
        ("postmark+api://:token@default", False),
        ("postmark+api://:token@127.0.0.1:8025", True),
    ],
)
def test_whether_mail_leaves_this_machine(url: str, here: bool) -> None:
    assert stays_here(url) is here


@pytest.mark.parametrize(
    ("url", "at_once"),
    [
        ("smtp://relay.example.com", 128),
        ("smtp://relay.example.com?connections=2", 128),
        ("smtp://relay.example.com?connections=100", 200),
        (
            "smtp://relay.example.com?connections=60,postmark+api://:token@default?connections=40",
            200,
        ),
        ("smtp://relay.example.com?connections=1000", MOST_AT_ONCE),
    ],
)
def test_as_much_is_in_flight_as_keeps_every_connection_busy(url: str, at_once: int) -> None:
    assert bounds(url).in_flight == at_once
