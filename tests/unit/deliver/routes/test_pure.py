"""Terms, plans, capabilities, greylists and what is remembered: values, and what they decide."""

import math
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.deliver.routes import warmup
from twofifty.deliver.routes.capability import (
    ASKED_FOR,
    KEY_LIVES,
    KEYED_MOST,
    KEYED_REST,
    Capability,
    Doubt,
    first_step,
    keyed_rest,
    next_step,
    settle_of,
)
from twofifty.deliver.routes.greylist import LONGEST, Greylists
from twofifty.deliver.routes.pace import Pace, Speed
from twofifty.deliver.routes.recent import Recent
from twofifty.deliver.routes.terms import RouteTerms, terms_of
from twofifty.deliver.routes.warmup import DAY, Warmup
from twofifty.errors import SettingsError

START = date(2026, 11, 22)
WHERE = "SMTP_URL, address 2 of 3"


def test_every_term_is_read() -> None:
    options = {
        "weight": "3",
        "connections": "8",
        "rate": "600/m",
        "domain_rate": "1.5/s",
        "domain_connections": "4",
        "warmup": "2026-11-22:200",
        "capability": "lookup",
    }
    assert terms_of(options, WHERE) == RouteTerms(
        weight=3.0,
        connections=8,
        rate=10.0,
        domain_rate=1.5,
        domain_connections=4,
        warmup=Warmup(START, 200),
    )
    assert terms_of({}, WHERE) == RouteTerms()


@pytest.mark.parametrize(
    ("text", "rate"), [("10/s", 10.0), ("600/m", 10.0), ("5000/h", 5000 / 3600), ("86400/d", 1.0)]
)
def test_a_rate_is_read_in_any_unit(text: str, rate: float) -> None:
    assert terms_of({"rate": text}, WHERE).rate == pytest.approx(rate)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("weight", "0", "a number above 0"),
        ("weight", "-1", "a number above 0"),
        ("rate", "10", "10/s, 600/m, 5000/h"),
        ("rate", "0/s", "10/s"),
        ("rate", "ten/s", "10/s"),
        ("domain_rate", "5/week", "10/s"),
        ("connections", "0", "from 1 to 1000"),
        ("domain_connections", "1001", "from 1 to 1000"),
        ("warmup", "2026-11-22", "2026-11-22:200"),
        ("warmup", "22.11.2026:200", "2026-11-22:200"),
        ("warmup", "2026-11-31:200", "2026-11-22:200"),
        ("warmup", "2026-11-22:0", "2026-11-22:200"),
        ("wieght", "3", "did you mean weight"),
        ("xyz", "3", "there are weight, connections"),
    ],
)
def test_what_cannot_be_read_is_named_with_how_to_mend_it(
    option: str, value: str, said: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        terms_of({option: value}, WHERE)
    assert str(raised.value).startswith(WHERE)
    assert said in str(raised.value)


@given(st.dictionaries(st.sampled_from([*RouteTerms.__struct_fields__, "x"]), st.text()))
def test_any_text_is_read_or_refused(options: dict[str, str]) -> None:
    try:
        terms = terms_of(options, WHERE)
    except SettingsError:
        return
    assert terms.connections >= terms.for_one_domain >= 1
    assert all(one is None or one > 0 for one in (terms.weight, terms.rate, terms.domain_rate))


@given(st.integers(1, 1_000), st.none() | st.integers(1, 1_000))
def test_one_domain_never_has_all_of_several_places(most: int, stated: int | None) -> None:
    terms = RouteTerms(connections=most, domain_connections=stated)
    assert 1 <= terms.for_one_domain <= most
    if stated is None and most > 1:
        assert terms.for_one_domain < most


@given(st.integers(1, 10_000), st.integers(0, 20))
def test_a_plan_doubles_each_day_until_the_rate(first: int, days: int) -> None:
    plan, today = Warmup(START, first), START + timedelta(days)
    assert warmup.amount(plan, today, None) == first * 2**days
    ended = warmup.amount(plan, today, 1.0) is None
    assert ended == (first * 2**days >= DAY)


def test_a_plan_that_has_not_begun_is_as_on_its_first_day_and_one_without_a_rate_ends() -> None:
    plan = Warmup(START, 50)
    assert warmup.amount(plan, START - timedelta(30), None) == 50
    assert warmup.amount(plan, START + timedelta(60), None) is None
    assert warmup.speed(plan, START + timedelta(60), None) is None


@given(st.integers(1, 100_000))
def test_a_plan_keeps_its_amount_in_any_day(first: int) -> None:
    speed = warmup.speed(Warmup(START, first), START, None)
    assert speed is not None
    assert math.floor(speed.burst + speed.rate * DAY + 1e-6) <= max(1, first)
    assert speed.burst >= 1


@given(
    st.lists(st.integers(0, 3_000), min_size=1, max_size=200),
    st.sampled_from([0.5, 1.0, 4.0, 100.0]),
    st.integers(1, 8),
)
def test_a_pace_is_never_exceeded(pauses: list[int], rate: float, burst: int) -> None:
    pace, speed, at, left = Pace(), Speed(rate, burst), 0.0, []
    for pause in pauses:
        at += pause / 1_000
        if pace.wait(at, speed) == 0:
            pace.take(at, speed)
            left.append(at)
    for first in range(len(left)):
        for last in range(first, len(left)):
            allowed = burst + rate * (left[last] - left[first])
            assert last - first + 1 <= allowed + 1e-6


@given(st.integers(1, 50), st.floats(0.1, 100))
def test_those_who_are_sent_away_come_back_one_after_another(count: int, rate: float) -> None:
    pace, speed = Pace(), Speed(rate)
    pace.take(0.0, speed)
    told = [pace.book(0.0, speed) for _ in range(count)]
    assert told == sorted(told)
    assert told[-1] - told[0] == pytest.approx((count - 1) / rate)


def doubt(capability: Capability, age: float, **more: bool | int) -> Doubt:
    copies, askable = int(more.get("copies", 1)), bool(more.get("askable", False))
    return Doubt(capability, age, settle=900.0, copies=copies, most=3, askable=askable)


@pytest.mark.parametrize(
    ("given_doubt", "step"),
    [
        (doubt("idempotent", 1), "wait"),
        (doubt("idempotent", KEYED_REST), "keyed"),
        (doubt("idempotent", KEYED_REST, copies=2), "wait"),
        (doubt("idempotent", 2 * KEYED_REST, copies=2), "keyed"),
        (doubt("idempotent", KEY_LIVES - 1), "keyed"),
        (doubt("idempotent", 3_600, copies=KEYED_MOST + 1), "left"),
        (doubt("idempotent", KEY_LIVES), "again"),
        (doubt("lookup", 899, askable=True), "wait"),
        (doubt("lookup", 900, askable=True), "ask"),
        (doubt("lookup", 900, askable=True, copies=9), "ask"),
        (doubt("lookup", ASKED_FOR + 901, askable=True), "left"),
        (doubt("events", 899), "wait"),
        (doubt("events", 900, askable=True), "ask"),
        (doubt("events", 900), "again"),
        (doubt("nothing", 899), "wait"),
        (doubt("nothing", 900), "again"),
        (doubt("nothing", 900, copies=3), "again"),
        (doubt("nothing", 900, copies=4), "left"),
    ],
)
def test_what_is_done_on_doubt(given_doubt: Doubt, step: str) -> None:
    assert first_step(given_doubt) == step


@given(
    st.builds(
        Doubt,
        capability=st.sampled_from(get_args(Capability)),
        age=st.floats(0, 1e6),
        settle=st.floats(0, 7_200),
        copies=st.integers(0, 10),
        most=st.integers(0, 5),
        askable=st.booleans(),
    )
)
def test_a_copy_is_bounded_and_never_before_a_doubt_settled(given_doubt: Doubt) -> None:
    step = first_step(given_doubt)
    if step == "again":
        assert given_doubt.copies <= given_doubt.most
        assert given_doubt.age >= min(given_doubt.settle, KEY_LIVES)
        assert not given_doubt.askable
    if given_doubt.age < given_doubt.settle and given_doubt.capability != "idempotent":
        assert step == "wait"


def test_who_was_asked_decides() -> None:
    asked = doubt("lookup", 900, askable=True)
    assert [next_step(asked, one) for one in (True, False, None)] == ["found", "again", "wait"]


def test_every_copy_under_a_key_is_within_its_life() -> None:
    assert sum(keyed_rest(copies) for copies in range(1, KEYED_MOST + 1)) < KEY_LIVES


def test_a_key_need_not_settle() -> None:
    assert settle_of("idempotent", 900.0) == KEYED_REST
    assert settle_of("lookup", 900.0) == 900.0


class Greylister:
    """A domain that takes a mail `seconds` after it first came."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.table = Greylists()
        self.at = 0.0

    def tries(self, name: str, plain: tuple[float, ...] = (5.0, 30.0, 120.0, 300.0, 900.0)) -> int:
        """How many attempts a mail took that waits as it is told, or else the plain delays."""
        first, tries, delays = self.at, 1, iter(plain * 99)
        while self.at - first < self.seconds:
            hint = self.table.put_off(name, "grey.test", self.at)
            rest = next(delays)
            self.at += rest if hint is None else hint
            tries += 1
        self.table.taken(name, "grey.test", self.at)
        return tries


@given(st.floats(2, 3_000))
def test_a_greylist_is_learnt_in_a_few_mails(seconds: float) -> None:
    domain = Greylister(seconds)
    for number in range(8):
        domain.tries(f"m_{number}")
        domain.at += 3_600
    began = domain.at
    assert domain.tries("m_last") == 2
    assert domain.at - began <= max(seconds * 1.5, seconds + 1)


@given(st.floats(10, 1_000), st.floats(1.5, 5))
def test_a_greylist_that_grows_is_learnt_anew(seconds: float, factor: float) -> None:
    domain = Greylister(seconds)
    for number in range(8):
        domain.tries(f"m_{number}")
    domain.seconds *= factor
    for number in range(8):
        domain.tries(f"n_{number}")
    assert domain.tries("m_last") == 2


def test_a_mail_that_was_never_greylisted_teaches_nothing() -> None:
    table = Greylists()
    table.taken("m_1", "grey.test", 100.0)
    assert table.put_off("m_2", "grey.test", 200.0) is None
    table.taken("m_2", "grey.test", 200.0 + LONGEST + 1)
    assert table.put_off("m_3", "grey.test", 99_999.0) is None


@given(st.lists(st.integers(0, 50), max_size=300), st.integers(1, 20))
def test_memory_is_bounded_and_keeps_the_latest(keys: list[int], most: int) -> None:
    recent: Recent[int, int] = Recent(most)
    for key in keys:
        recent.put(key, key)
        assert len(recent) <= most
    latest = list(dict.fromkeys(reversed(keys)))[:most]
    assert all(key in recent and recent.get(key) == key for key in latest)
    assert all(recent.drop(key) == key for key in latest)
    assert len(recent) == 0
