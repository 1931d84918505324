"""MX, PTR, certificates and the clock."""

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.posture.zone import Zone, answered
from twofifty.deliver.posture.certificate import Shown, covers, judge_certificate
from twofifty.deliver.posture.dns import Answer
from twofifty.deliver.posture.finding import Finding
from twofifty.deliver.posture.mx import judge_receiving
from twofifty.deliver.posture.offset import Heard, judge_clock
from twofifty.deliver.posture.providers import provider_of
from twofifty.deliver.posture.reverse import judge_reverse

ADDRESS = ipaddress.ip_address("192.0.2.25")
POINTER = "25.2.0.192.in-addr.arpa"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOST = Answer(unknown="SERVFAIL")


def received(zone: Zone) -> Finding:
    (found,) = answered(judge_receiving("shop.test", "bounces"), zone)
    return found


def reverse(zone: Zone) -> Finding:
    (found,) = answered(judge_reverse(ADDRESS, "relay.test"), zone)
    return found


@pytest.mark.parametrize(
    ("zone", "state", "word"),
    [
        ({("shop.test", "MX"): ["10 m.test"], ("m.test", "A"): ["192.0.2.1"]}, "ok", "m.test"),
        ({("shop.test", "MX"): ["1 m.test"], ("m.test", "AAAA"): ["2001:db8::1"]}, "ok", "m.test"),
        ({("shop.test", "MX"): ["0 "]}, "fail", "null MX"),
        ({("shop.test", "MX"): ["10 m.test"]}, "fail", "no MX host has an address"),
        ({("shop.test", "MX"): ["10 192.0.2.1"]}, "fail", "host name belongs"),
        ({}, "fail", "does not exist"),
        ({("shop.test", "TXT"): ["x"]}, "fail", "neither MX nor address"),
        ({("shop.test", "A"): ["192.0.2.1"]}, "warn", "no MX"),
        ({("shop.test", "MX"): LOST}, "warn", "could not be checked"),
        ({("shop.test", "MX"): ["1 m.test"], ("m.test", "A"): LOST}, "warn", "could not be"),
        (
            {("shop.test", "MX"): ["1 m.test", "2 n.test"], ("m.test", "A"): ["192.0.2.1"]},
            "warn",
            "n.test",
        ),
    ],
)
def test_a_domain_that_nobody_receives_for_is_told(zone: Zone, state: str, word: str) -> None:
    found = received(zone)
    assert (found.state, word in found.message) == (state, True), found.message


def test_mx_hosts_are_told_by_preference() -> None:
    zone: Zone = {
        ("shop.test", "MX"): ["20 b.test", "5 a.test"],
        ("a.test", "A"): ["192.0.2.1"],
        ("b.test", "A"): ["192.0.2.2"],
    }
    assert "a.test, b.test" in received(zone).message


@pytest.mark.parametrize(
    ("zone", "state", "word"),
    [
        ({(POINTER, "PTR"): ["relay.test"], ("relay.test", "A"): ["192.0.2.25"]}, "ok", "relay"),
        ({(POINTER, "PTR"): ["relay.test"], ("relay.test", "A"): ["192.0.2.9"]}, "warn", "lead"),
        ({(POINTER, "PTR"): ["relay.test"]}, "warn", "does not lead back"),
        ({}, "warn", "no name in reverse DNS"),
        ({(POINTER, "PTR"): LOST}, "warn", "could not be checked"),
    ],
)
def test_an_address_needs_a_name_that_leads_back(zone: Zone, state: str, word: str) -> None:
    found = reverse(zone)
    assert (found.state, word in found.message) == (state, True), found.message


def test_an_address_with_a_thousand_names_takes_eleven_questions() -> None:
    asking, asked = judge_reverse(ADDRESS, "relay.test"), 0
    try:
        question = next(asking)
        while True:
            asked += 1
            names = tuple(f"n{i}.test" for i in range(1000))
            question = asking.send(Answer(names) if question.kind == "PTR" else Answer())
    except StopIteration:
        assert asked <= 12


def shown(left: timedelta, *names: str, version: str = "TLSv1.3") -> Shown:
    return Shown(version, NOW - timedelta(days=60), NOW + left, names)


@pytest.mark.parametrize(
    ("seen", "state", "word"),
    [
        (shown(timedelta(days=60), "mx.test"), "ok", "60 more days"),
        (shown(timedelta(days=60), "*.test"), "ok", "TLSv1.3"),
        (shown(timedelta(days=5), "mx.test"), "warn", "5 days"),
        (shown(-timedelta(days=1), "mx.test"), "fail", "ended on"),
        (shown(timedelta(days=60), "other.test"), "fail", "other.test, not for mx.test"),
        (shown(timedelta(days=60)), "fail", "nobody"),
        (shown(timedelta(days=60), "mx.test", version="TLSv1"), "warn", "TLSv1 is broken"),
        (Shown("TLSv1.3", NOW + timedelta(days=1), NOW + timedelta(days=9)), "fail", "begins on"),
    ],
)
def test_a_certificate_is_judged_by_dates_and_names(seen: Shown, state: str, word: str) -> None:
    found = judge_certificate("tls", "mx.test", seen, NOW)
    assert (found.state, word in found.message) == (state, True), found.message


@pytest.mark.parametrize(
    ("pattern", "host", "good"),
    [
        ("mx.test", "MX.test", True),
        ("*.test", "mx.test", True),
        ("*.test", "a.mx.test", False),
        ("*.test", "test", False),
        ("*", "test", False),
        ("127.0.0.1", "127.0.0.1", True),
    ],
)
def test_a_wildcard_stands_for_one_label(pattern: str, host: str, good: bool) -> None:
    assert covers(pattern, host) is good


@pytest.mark.parametrize(
    ("offsets", "state", "word"),
    [
        ([0.4], "ok", "within"),
        ([45.0], "warn", "behind"),
        ([-45.0], "warn", "ahead of"),
        ([900.0], "fail", "NTP"),
        ([0.2, 0.3, 9_999.0], "ok", "within"),
        ([], "warn", "could not be checked"),
    ],
)
def test_the_clock_is_judged_by_the_middle_voice(
    offsets: list[float], state: str, word: str
) -> None:
    heard = [Heard(f"h{i}.test", seconds) for i, seconds in enumerate(offsets)]
    found = judge_clock(heard, ["h.test"])
    assert (found.state, word in found.message) == (state, True), found.message


@given(st.floats(-1e6, 1e6), st.floats(-10, 10), st.floats(-10, 10))
def test_one_liar_never_makes_a_right_clock_wrong(lie: float, left: float, right: float) -> None:
    heard = [Heard("a.test", left), Heard("liar.test", lie), Heard("b.test", right)]
    assert judge_clock(heard, []).state == "ok"


def test_a_provider_is_known_by_its_host_and_only_by_whole_labels() -> None:
    found = provider_of("email-smtp.eu-west-1.amazonaws.com")
    assert found is not None
    assert found.name == "Amazon SES"
    assert provider_of("notsendgrid.net") is None
    assert provider_of("relay.shop.test") is None
