"""What `doctor` says of an SPF record."""

import contextlib
import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.posture.zone import Zone, answered
from twofifty.deliver.posture.dns import Answer, Kind
from twofifty.deliver.posture.finding import Finding
from twofifty.deliver.posture.spf.evaluate import Sending, evaluate
from twofifty.deliver.posture.spf.judge import judge_address, judge_record
from twofifty.deliver.posture.spf.record import Malformed, parse
from twofifty.deliver.posture.spf.survey import MOST_ASKED, MOST_RECORDS, survey

RELAY = ipaddress.ip_address("192.0.2.25")


def judged(zone: Zone, *, bounces: bool = True, include: str = "") -> tuple[Finding, ...]:
    return answered(judge_record("shop.test", bounces=bounces, include=include), zone)


def of(*records: str) -> Zone:
    return {("shop.test", "TXT"): records}


def test_a_good_record_is_ok_with_its_count() -> None:
    (found,) = judged({**of("v=spf1 a ~all"), ("shop.test", "A"): ["192.0.2.1"]})
    assert (found.state, found.message) == ("ok", "1 of 10 look-ups; ends in `~all`")


def test_a_missing_record_fails_only_where_return_paths_are() -> None:
    assert [one.state for one in judged({})] == ["fail"]
    assert [one.state for one in judged({}, bounces=False)] == ["warn"]
    assert "include:mail.test" in judged({}, include="mail.test")[0].message


@pytest.mark.parametrize(
    ("records", "word"),
    [
        (("v=spf1 -all", "v=spf1 ~all"), "2 SPF records"),
        (("v=spf1 ipv4:192.0.2.1 -all",), "malformed"),
        (("v=spf1 ip4:192.0.2.256 -all",), "malformed"),
        (("v=spf1 redirect=a.test redirect=b.test",), "twice"),
        (("v=spf1 +all",), "anybody"),
        (("v=spf1 include:gone.test -all",), "gone.test has no SPF record"),
        (("v=spf1 include:shop.test -all",), "loop"),
        (("v=spf1 a\u00a0-all",), "printable"),
    ],
)
def test_what_makes_receivers_give_up_fails(records: Sequence[str], word: str) -> None:
    (found,) = judged(of(*records))
    assert found.state == "fail"
    assert word in found.message


@pytest.mark.parametrize("record", ["v=spf1 ?all", "v=spf1", "v=spf1 ptr -all", "v=spf1 -all a"])
def test_what_is_unwise_is_a_warning(record: str) -> None:
    zone = {**of(record), ("shop.test", "A"): ["192.0.2.1"]}
    assert [one.state for one in judged(zone)] == ["warn"]


def test_ten_look_ups_are_allowed_and_eleven_are_not() -> None:
    hosts: Zone = {(f"h{i}.test", "A"): ["192.0.2.1"] for i in range(11)}
    for count, state in ((10, "ok"), (11, "fail")):
        terms = " ".join(f"a:h{i}.test" for i in range(count))
        (found,) = judged({**hosts, **of(f"v=spf1 {terms} -all")})
        assert found.state == state
        assert str(count) in found.message


def test_look_ups_of_includes_count() -> None:
    chain: dict[tuple[str, Kind], Sequence[str]] = {
        (f"s{i}.test", "TXT"): [f"v=spf1 include:s{i + 1}.test -all"] for i in range(11)
    }
    chain["s11.test", "TXT"] = ["v=spf1 -all"]
    (found,) = judged({**chain, **of("v=spf1 include:s0.test -all")})
    assert found.state == "fail"
    assert "12 look-ups" in found.message


def test_one_void_look_up_warns_and_three_fail() -> None:
    assert judged(of("v=spf1 a:x.test -all"))[0].state == "warn"
    assert judged(of("v=spf1 a:x.test a:y.test mx:z.test -all"))[0].state == "fail"


def test_a_loop_of_includes_ends() -> None:
    zone: Zone = {
        ("shop.test", "TXT"): ["v=spf1 include:b.test -all"],
        ("b.test", "TXT"): ["v=spf1 include:shop.test -all"],
    }
    (found,) = judged(zone)
    assert found.state == "fail"
    assert "loop" in found.message


def test_a_hostile_tree_takes_a_bounded_number_of_questions() -> None:
    wide = " ".join(f"include:w{i}.test" for i in range(400))
    deep = " ".join(f"a:x{i}.test" for i in range(400))
    zone: dict[tuple[str, Kind], Sequence[str]] = {
        (f"w{i}.test", "TXT"): [f"v=spf1 {deep} {wide} -all"] for i in range(400)
    }
    zone["shop.test", "TXT"] = [f"v=spf1 {wide} -all"]
    asking, asked = survey("shop.test"), 0
    question = next(asking)
    with contextlib.suppress(StopIteration):
        while True:
            asked += 1
            found = zone.get((question.name, question.kind), ())
            question = asking.send(Answer(tuple(found)))
    assert 10 < asked <= MOST_RECORDS + 2 * MOST_ASKED + 1


def test_what_could_not_be_asked_is_neither_good_nor_bad() -> None:
    zone: Zone = {("shop.test", "TXT"): Answer(unknown="SERVFAIL")}
    assert [one.state for one in judged(zone)] == ["warn"]
    zone = {**of("v=spf1 include:far.test -all"), ("far.test", "TXT"): Answer(unknown="SERVFAIL")}
    (found,) = judged(zone)
    assert (found.state, "SERVFAIL" in found.message) == ("warn", True)
    assert found.message.startswith("could not be checked")


def test_the_include_that_a_provider_wants_is_missed() -> None:
    assert judged(of("v=spf1 -all"), include="far.test")[0].state == "warn"
    zone: Zone = {
        ("shop.test", "TXT"): ["v=spf1 include:_spf.far.test -all"],
        ("_spf.far.test", "TXT"): ["v=spf1 ip4:192.0.2.0/24 -all"],
    }
    (found,) = judged(zone, include="far.test")
    assert (found.state, "includes far.test" in found.message) == ("ok", True)


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "ok"),
        ("v=spf1 ip4:198.51.100.0/24 -all", "fail"),
        ("v=spf1 ip4:198.51.100.0/24 ~all", "fail"),
        ("v=spf1 ip4:198.51.100.0/24", "warn"),
        ("v=spf1 nonsense", "fail"),
    ],
)
def test_a_sending_address_is_let_through_or_named_with_a_remedy(record: str, state: str) -> None:
    sending = Sending(RELAY, "bounces@shop.test", "shop.test")
    (found,) = answered(judge_address("shop.test", sending, "relay.test"), of(record))
    assert found.state == state
    assert state == "ok" or "ip4:192.0.2.25" in found.message


def test_a_sending_address_of_a_domain_that_cannot_be_asked_is_not_judged() -> None:
    zone: Zone = {("shop.test", "TXT"): Answer(unknown="no answer in time")}
    sending = Sending(RELAY, "bounces@shop.test", "shop.test")
    (found,) = answered(judge_address("shop.test", sending, "relay.test"), zone)
    assert (found.state, "could not be checked" in found.message) == ("warn", True)


_TERMS = st.sampled_from(
    "all -all ~all a mx ptr a:b.test mx:c.test/24 include:a.test include:b.test include:shop.test "
    "exists:%{i}.b.test ip4:192.0.2.0/24 ip6:2001:db8::/32 redirect=c.test exp=b.test x=%{s} "
    "exists:%{p}.test a:%{d2r}.test a//64 a/0 junk ip4:x %{".split()
)
_RECORDS = st.lists(_TERMS, max_size=8).map(lambda terms: " ".join(["v=spf1", *terms]))
_NAMES = ("shop.test", "a.test", "b.test", "c.test")


@given(st.lists(_RECORDS, min_size=4, max_size=4), st.booleans())
def test_any_records_end_in_a_result_and_in_a_finding(records: list[str], six: bool) -> None:
    zone: dict[tuple[str, Kind], Sequence[str]] = {
        (name, "TXT"): [record] for name, record in zip(_NAMES, records, strict=True)
    }
    zone["b.test", "A"] = ["192.0.2.7"]
    zone["c.test", "MX"] = ["10 b.test"]
    address = ipaddress.ip_address("2001:db8::1" if six else "192.0.2.7")
    found = answered(evaluate(Sending(address, "a@shop.test", "h.test")), zone)
    assert found.result in ("neutral", "pass", "fail", "softfail", "permerror")
    assert judged(zone)


@given(st.text(max_size=60))
def test_any_text_is_read_or_called_malformed(text: str) -> None:
    with contextlib.suppress(Malformed):
        assert len(parse(f"v=spf1 {text}").terms) <= text.count(" ") + 1


@given(_RECORDS)
def test_nothing_that_evaluates_well_is_called_malformed_by_the_survey(record: str) -> None:
    zone: Zone = {("shop.test", "TXT"): [record]}
    sending = Sending(RELAY, "a@shop.test", "h.test")
    if answered(evaluate(sending), zone).result != "permerror":
        faults = answered(survey("shop.test"), zone).faults
        assert not [fault for fault in faults if "malformed" in fault]
