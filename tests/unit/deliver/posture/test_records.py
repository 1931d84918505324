"""DKIM keys, BIMI, MTA-STS and TLS-RPT records, and the names that are nobody's."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.posture.zone import Zone, answered
from twofifty.deliver.posture import mta_sts
from twofifty.deliver.posture.bimi import judge_bimi
from twofifty.deliver.posture.dkim import Selector, judge_key
from twofifty.deliver.posture.dns import Answer, askable
from twofifty.deliver.posture.finding import Finding
from twofifty.deliver.posture.mta_sts import announced, judge_policy, matches, parse
from twofifty.deliver.posture.names import domain_of, plain, reserved
from twofifty.deliver.posture.tags import mailto, tags_of
from twofifty.deliver.posture.tls_rpt import judge_tls_rpt

LOST = Answer(unknown="SERVFAIL")
ENFORCED = "v=DMARC1; p=reject"


def key(*records: str) -> Finding:
    wanted = Selector("shop.test", "s1", lambda said: None if "p=KEY" in said else "another key")
    (found,) = answered(judge_key(wanted), {(wanted.at, "TXT"): records} if records else {})
    return found


@pytest.mark.parametrize(
    ("records", "state", "word"),
    [
        (["v=DKIM1; p=KEY"], "ok", "publishes the key"),
        (["v=DKIM1; p=OTHER"], "fail", "another key"),
        (["v=DKIM1; p=KEY", "v=DKIM1; p=OTHER"], "fail", "2 records"),
        (["v=DKIM1; p=KEY; t=s:y"], "warn", "testing"),
        ([], "fail", "twofifty dkim records shop.test"),
    ],
)
def test_the_published_key_must_be_ours(records: Sequence[str], state: str, word: str) -> None:
    found = key(*records)
    assert (found.state, word in found.message) == (state, True), found.message


def test_a_key_that_cannot_be_asked_for_is_not_judged() -> None:
    wanted = Selector("shop.test", "s1", lambda said: None)
    (found,) = answered(judge_key(wanted), {(wanted.at, "TXT"): LOST})
    assert (found.state, "could not be checked" in found.message) == ("warn", True)


@pytest.mark.parametrize(
    ("record", "dmarc", "state", "word"),
    [
        ("v=BIMI1; l=https://a.test/l.svg; a=https://a.test/c.pem", ENFORCED, "ok", "logo"),
        ("v=BIMI1; l=https://a.test/l.svg", ENFORCED, "warn", "without `a=`"),
        ("v=BIMI1; l=https://a.test/l.svg", "v=DMARC1; p=none", "warn", "DMARC"),
        ("v=BIMI1; l=http://a.test/l.svg", ENFORCED, "fail", "https"),
        ("v=BIMI1; l=https://a.test/l.png", ENFORCED, "fail", "SVG"),
        ("v=BIMI1; l=; a=;", ENFORCED, "ok", "declined"),
        ("v=BIMI2; l=x", ENFORCED, "ok", "no record"),
    ],
)
def test_a_bimi_record_is_judged(record: str, dmarc: str, state: str, word: str) -> None:
    zone: Zone = {
        ("default._bimi.shop.test", "TXT"): [record],
        ("_dmarc.shop.test", "TXT"): [dmarc],
    }
    (found,) = answered(judge_bimi("shop.test"), zone)
    assert (found.state, word in found.message) == (state, True), found.message


@pytest.mark.parametrize(
    ("records", "state"),
    [
        (["v=TLSRPTv1; rua=mailto:a@shop.test"], "ok"),
        (["v=TLSRPTv1; rua=https://a.test/r,mailto:a@shop.test"], "ok"),
        (["v=TLSRPTv1; rua=a@shop.test"], "fail"),
        (["v=TLSRPTv1;"], "fail"),
        (["v=TLSRPTv1; rua=mailto:a@x.test", "v=TLSRPTv1; rua=mailto:b@x.test"], "fail"),
        ([], "ok"),
    ],
)
def test_a_tls_rpt_record_is_judged(records: Sequence[str], state: str) -> None:
    (found,) = answered(judge_tls_rpt("shop.test"), {("_smtp._tls.shop.test", "TXT"): records})
    assert found.state == state, found.message


@pytest.mark.parametrize("name", ["default._bimi.shop.test", "_smtp._tls.shop.test"])
def test_records_that_cannot_be_asked_for_are_not_judged(name: str) -> None:
    zone: Zone = {(name, "TXT"): LOST}
    judge = judge_bimi if "bimi" in name else judge_tls_rpt
    (found,) = answered(judge("shop.test"), zone)
    assert (found.state, "could not be checked" in found.message) == ("warn", True)


STS = "version: STSv1\r\nmode: {}\r\nmx: mx.shop.test\r\nmx: *.far.test\r\nmax_age: {}\r\n"


@pytest.mark.parametrize(
    ("text", "hosts", "state", "word"),
    [
        (STS.format("enforce", 604_800), ["mx.shop.test", "a.far.test"], "ok", "enforce"),
        (STS.format("enforce", 604_800), ["mx2.shop.test"], "fail", "leaves out mx2.shop.test"),
        (STS.format("testing", 604_800), ["mx2.shop.test"], "warn", "leaves out"),
        (STS.format("testing", 604_800), ["mx.shop.test"], "ok", "testing"),
        (STS.format("enforce", 60), ["mx.shop.test"], "warn", "short"),
        (STS.format("none", 60), [], "ok", "none"),
        (STS.format("maybe", 604_800), [], "fail", "mode"),
        (STS.format("enforce", "soon"), [], "fail", "max_age"),
        (STS.format("enforce", 99_999_999_999), [], "fail", "max_age"),
        ("version: STSv1\nmode: enforce\nmax_age: 86400\n", [], "fail", "`mx` is missing"),
        ("<html>", [], "fail", "version"),
    ],
)
def test_an_mta_sts_policy_is_judged(
    text: str, hosts: Sequence[str], state: str, word: str
) -> None:
    found = judge_policy("shop.test", parse(text), hosts)
    assert (found.state, word in found.message) == (state, True), found.message


@pytest.mark.parametrize(
    ("records", "state"),
    [(["v=STSv1; id=1", "v=STSv1; id=2"], "fail"), (["v=STSv1; id=a-b"], "fail"), ([], "ok")],
)
def test_an_announcement_is_judged(records: Sequence[str], state: str) -> None:
    found = answered(announced("shop.test"), {("_mta-sts.shop.test", "TXT"): records}).finding
    assert found is not None
    assert found.state == state


def test_a_good_announcement_leads_to_the_policy_and_the_hosts_it_must_name() -> None:
    zone: Zone = {
        ("_mta-sts.shop.test", "TXT"): ["v=STSv1; id=20261122;"],
        ("shop.test", "MX"): ["10 b.test", "5 a.test"],
    }
    found = answered(announced("shop.test"), zone)
    assert (found.finding, found.hosts) == (None, ("a.test", "b.test"))
    url = "https://mta-sts.shop.test/.well-known/mta-sts.txt"
    assert mta_sts.policy_url("shop.test") == url


@pytest.mark.parametrize(
    ("host", "pattern", "good"),
    [
        ("a.far.test", "*.far.test", True),
        ("a.b.far.test", "*.far.test", False),
        ("far.test", "*.far.test", False),
        ("A.far.test.", "a.far.test", True),
    ],
)
def test_a_star_in_a_policy_is_one_label(host: str, pattern: str, good: bool) -> None:
    assert matches(host, pattern) is good


@given(st.text(max_size=300))
def test_any_policy_and_any_tags_are_read(text: str) -> None:
    assert judge_policy("shop.test", parse(text), ["mx.test"]).message
    assert all(tag == tag.strip() for tag in tags_of(text))
    assert all("@" in address for address in mailto(text))


def test_the_first_of_two_tags_counts() -> None:
    assert tags_of("v=X; p=1; P=2") == {"v": "X", "p": "1"}


@pytest.mark.parametrize(
    ("domain", "nobodys"),
    [
        ("localhost.localdomain", True),
        ("shop.test", True),
        ("example.com", True),
        ("a.EXAMPLE.org.", True),
        ("localhost", True),
        ("shop-example.com", False),
        ("contest", True),
        ("shop.contest", False),
    ],
)
def test_reserved_names_are_known(domain: str, nobodys: bool) -> None:
    assert reserved(domain) is nobodys


def test_domains_are_compared_as_dns_does() -> None:
    assert plain("BÜCHER.test.") == "xn--bcher-kva.test"
    assert domain_of("Orders@Shop.TEST") == "shop.test"
    assert domain_of("nobody") == ""
    assert not askable("a" * 64 + ".test")
    assert not askable("a..test")
    assert not askable(".".join(["abcdefgh"] * 40))
