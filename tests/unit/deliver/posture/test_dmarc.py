"""DMARC: the record is found by the walk of RFC 9989, read, and alignment is judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.posture.zone import Zone, answered
from twofifty.deliver.posture.dmarc import Identities, judge_alignment, judge_policy
from twofifty.deliver.posture.dmarc_record import parse
from twofifty.deliver.posture.dmarc_walk import Walk, walk
from twofifty.deliver.posture.dns import Answer, Unknown
from twofifty.deliver.posture.finding import Finding

GOOD = "v=DMARC1; p=reject; rua=mailto:reports@shop.test"


def policy(zone: Zone, domain: str = "shop.test") -> Finding:
    (found,) = answered(judge_policy(domain), zone)
    return found


def alignment(zone: Zone, signing: str, path: str, domain: str = "shop.test") -> Finding:
    identities = Identities((signing,) if signing else (), path)
    (found,) = answered(judge_alignment(domain, identities), zone)
    return found


def walked(domain: str, zone: Zone) -> Walk:
    return answered(walk(domain), zone)


def at(**records: str) -> Zone:
    return {(f"_dmarc.{name.replace('_', '.')}", "TXT"): [text] for name, text in records.items()}


@pytest.mark.parametrize(
    ("record", "state", "word"),
    [
        (GOOD, "ok", "p=reject"),
        ("v=DMARC1;p=none;rua=mailto:a@shop.test", "ok", "raise it to quarantine"),
        ("v=DMARC1; p=reject", "warn", "rua="),
        ("v=DMARC1; p=rejct; rua=mailto:a@shop.test", "fail", "p=rejct"),
        ("v=DMARC1; rua=mailto:a@shop.test", "fail", "`p=` is missing"),
        ("v=DMARC1; p=none; adkim=x", "fail", "adkim=x"),
        ("v=DMARC1; p=none; rua=a@shop.test", "fail", "mailto"),
        ("v=DMARC1 p=none", "warn", "no record"),
        ("v=DMARC1; p=none; nonsense", "fail", "nonsense"),
    ],
)
def test_a_record_is_judged(record: str, state: str, word: str) -> None:
    found = policy({("_dmarc.shop.test", "TXT"): [record]})
    assert (found.state, word in found.message) == (state, True), found.message


def test_two_records_count_for_nothing_and_fail() -> None:
    found = policy({("_dmarc.shop.test", "TXT"): [GOOD, "v=DMARC1; p=none"]})
    assert (found.state, "several" in found.message) == ("fail", True)


def test_texts_of_others_beside_the_record_do_no_harm() -> None:
    assert policy({("_dmarc.shop.test", "TXT"): ["v=spf1 -all", GOOD]}).state == "ok"


def test_no_record_is_a_warning_with_the_record_to_publish() -> None:
    found = policy({})
    assert (found.state, "_dmarc.shop.test" in found.message) == ("warn", True)


def test_a_subdomain_takes_the_policy_for_subdomains_from_above() -> None:
    zone = at(shop_test="v=DMARC1; p=reject; sp=quarantine; rua=mailto:a@shop.test")
    assert "p=quarantine (from shop.test)" in policy(zone, "mail.shop.test").message


def test_an_unknown_step_of_the_walk_is_not_judged() -> None:
    zone: Zone = {("_dmarc.shop.test", "TXT"): Answer(unknown="SERVFAIL")}
    found = policy(zone)
    assert (found.state, "could not be checked" in found.message) == ("warn", True)
    with pytest.raises(Unknown):
        walked("shop.test", zone)


def test_the_organisation_is_where_the_topmost_record_stands() -> None:
    zone = at(a_b_shop_test=GOOD, shop_test=GOOD)
    assert walked("a.b.shop.test", zone).organisation == "shop.test"


def test_a_domain_without_any_record_is_its_own_organisation() -> None:
    assert walked("mail.shop.test", {}).organisation == "mail.shop.test"


def test_psd_n_ends_the_walk_there() -> None:
    zone = at(b_shop_test=f"{GOOD}; psd=n", shop_test=GOOD)
    assert walked("a.b.shop.test", zone).organisation == "b.shop.test"


def test_psd_y_makes_the_label_below_the_organisation() -> None:
    zone = at(co_test="v=DMARC1; p=reject; psd=y")
    found = walked("a.b.shop.co.test", zone)
    assert (found.organisation, found.at) == ("shop.co.test", "co.test")


def test_a_long_name_takes_eight_questions_at_most() -> None:
    asking, asked = walk(".".join("abcdefghijklmno") + ".test"), []
    try:
        question = next(asking)
        while True:
            asked.append(question.name)
            question = asking.send(Answer())
    except StopIteration:
        assert len(asked) == 8
    assert asked[0] == "_dmarc.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.test"
    assert asked[1] == "_dmarc.j.k.l.m.n.o.test"
    assert asked[-1] == "_dmarc.test"


def test_dkim_of_the_organisation_is_aligned() -> None:
    found = alignment(at(shop_test=GOOD), "shop.test", "far.test", "mail.shop.test")
    assert (found.state, "DKIM (d=shop.test)" in found.message) == ("ok", True)


def test_strict_alignment_wants_the_very_domain() -> None:
    zone = at(shop_test=f"{GOOD}; adkim=s; aspf=s")
    assert alignment(zone, "mail.shop.test", "b.shop.test").state == "fail"
    assert alignment(zone, "shop.test", "").state == "ok"


def test_spf_alone_is_a_warning_for_forwarding_breaks_it() -> None:
    found = alignment(at(shop_test=GOOD), "", "b.shop.test")
    assert (found.state, "forwarding" in found.message) == ("warn", True)


def test_nothing_aligned_fails_where_the_policy_is_enforced() -> None:
    assert alignment(at(shop_test=GOOD), "far.test", "far.test").state == "fail"
    assert alignment({}, "far.test", "far.test").state == "warn"


def test_who_does_not_sign_here_may_be_signed_for_elsewhere() -> None:
    found = alignment(at(shop_test=GOOD), "", "")
    assert (found.state, "could not be checked" in found.message) == ("warn", True)


@given(st.text(max_size=200))
def test_any_record_is_read(text: str) -> None:
    assert parse(f"v=DMARC1;{text}").policy in ("none", "quarantine", "reject")
    assert policy({("_dmarc.shop.test", "TXT"): [f"v=DMARC1;{text}"]}).message
