"""Real bounces, complaints and automatic answers, and real mail that is none of them, are read as
what they are. The figures stand in docs/reference/bounces.md."""

import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.acceptance.payloads import CORPORA as ORDERS
from tests.unit.track.bounce.test_letters import CHANGES, Damage
from twofifty.track.bounce.mbox import mails
from twofifty.track.bounce.news import feedback
from twofifty.track.bounce.read import read

CORPORA = ORDERS.parent if ORDERS.name == "orders" else ORDERS
BOUNCES = CORPORA / "bounces"
SISIMAI, FLUFL = BOUNCES / "sisimai", BOUNCES / "flufl"

pytestmark = pytest.mark.skipif(
    not BOUNCES.is_dir(), reason=f"the corpora of real bounces are not here ({BOUNCES})"
)

HARD, SOFT, MESSAGE = frozenset({"hard"}), frozenset({"soft"}), frozenset({"message"})
CLASSES = {
    # The address or its domain does not exist, has moved, or takes no mail.
    "userunknown": HARD,
    "hostunknown": HARD,
    "hasmoved": HARD,
    "notaccept": HARD,
    # The mailbox exists, or the way to it may be open another time.
    "mailboxfull": SOFT,
    "suspend": SOFT,
    "expired": SOFT,
    "networkerror": SOFT,
    "systemerror": SOFT,
    "systemfull": SOFT,
    "mailererror": SOFT,
    "toomanyconn": SOFT,
    "speeding": SOFT,
    # Nobody knows why: not enough to block an address.
    "onhold": SOFT,
    "undefined": SOFT,
    # About the mail.
    "spamdetected": MESSAGE,
    "virusdetected": MESSAGE,
    "contenterror": MESSAGE,
    "mesgtoobig": MESSAGE,
    "exceedlimit": MESSAGE,
    "notcompliantrfc": MESSAGE,
    "syntaxerror": MESSAGE,
    # About who sends it, and how.
    "authfailure": MESSAGE,
    "badreputation": MESSAGE,
    "blocked": MESSAGE,
    "failedstarttls": MESSAGE,
    "norelaying": MESSAGE,
    "policyviolation": MESSAGE,
    "rejected": MESSAGE,
    "requireptr": MESSAGE,
    "securityerror": MESSAGE,
    # What is no bounce.
    "feedback": frozenset({"complaint"}),
    "vacation": frozenset({"auto_reply"}),
    "delivered": frozenset({"delivered"}),
}
"""What the labels' reasons are here. `filtered` is not among them: it is given to "user unknown"
where the command that it answered is not seen, which is no class but the lack of a witness. Both
readings of that text, hard and soft, are right, and both figures are counted."""
FILTERED = frozenset({"hard", "soft"})


class Case(NamedTuple):
    """One recipient of one mail: its label, and what was read."""

    file: str
    reason: str
    wanted: frozenset[str]
    got: str
    found: bool


def wanted(label: dict[str, object], filtered: frozenset[str]) -> frozenset[str]:
    reason = str(label["reason"])
    if reason == "filtered":
        return filtered
    # Null MX and the like, but said with 4.x.x: for now.
    return SOFT if reason == "notaccept" and not label["hard_bounce"] else CLASSES[reason]


def labelled(filtered: frozenset[str] = FILTERED) -> Iterator[Case]:
    expected = json.loads((SISIMAI / "EXPECTED_dev.json").read_text())
    for name, labels in expected.items():
        if not name.endswith(".eml"):
            continue
        report = read((SISIMAI / name).read_bytes())
        for place, label in enumerate(labels):
            known = report.recipients[place : place + 1]
            got = known[0].cls if known else report.cls
            yield Case(name, label["reason"], wanted(label, filtered), got, bool(known))


def share(right: int, cases: int) -> float:
    assert cases > 300
    return right / cases


def test_the_class_of_real_bounces_is_right() -> None:
    cases = list(labelled())
    assert share(sum(case.got in case.wanted for case in cases), len(cases)) >= 0.965


def test_the_class_is_right_where_a_filter_must_be_soft() -> None:
    cases = list(labelled(SOFT))
    assert share(sum(case.got in case.wanted for case in cases), len(cases)) >= 0.935


def test_the_recipient_of_real_bounces_is_found() -> None:
    cases = list(labelled())
    found = sum(case.found for case in cases)
    others = json.loads((FLUFL / "EXPECTED_dev.json").read_text())
    for name, stated in others.items():
        given = {address.lower() for address in stated["temporary"] + stated["permanent"]}
        if given:
            report = read((FLUFL / name).read_bytes())
            found += given <= {one.address.lower() for one in report.recipients}
    everybody = len(cases) + sum(any(stated.values()) for stated in others.values())
    assert share(found, everybody) >= 0.99


def test_no_automatic_answer_and_no_arrival_is_counted_as_a_bounce() -> None:
    harmless = [case for case in labelled() if case.reason in ("vacation", "delivered")]
    assert harmless
    assert [case.file for case in harmless if case.got not in case.wanted] == []


def test_complaints_are_complaints() -> None:
    assert all(case.got == "complaint" for case in labelled() if case.reason == "feedback")


def test_no_mail_that_is_fine_blocks_an_address() -> None:
    """`hard` is the dangerous verdict: it stops receipts."""
    cases = list(labelled())
    wrong = [case for case in cases if case.got == "hard" and "hard" not in case.wanted]
    assert share(len(wrong), len(cases)) <= 0.01


def test_every_mail_of_a_mailbox_is_read() -> None:
    reports = [read(mail) for mail in mails((SISIMAI / "mbox-0.mbox").read_bytes())]
    assert len(reports) == 37
    assert all(report.recipients for report in reports)
    assert {"hard", "soft", "message"} >= {report.cls for report in reports}


@pytest.mark.parametrize("kind", ["exchange2007", "gsuite", "postfix"])
def test_line_ends_change_nothing(kind: str) -> None:
    files = sorted((BOUNCES / "sisimai-newlines").glob(f"*lhost-{kind}-01.eml"))
    said = {
        (one.address, one.cls, one.status)
        for file in files
        for one in read(file.read_bytes()).recipients
    }
    assert len(files) == 2
    assert len(said) == 1


@pytest.mark.parametrize(
    "folder", ["mime-parse", "inbound-replies", "templates", "orders", "email-client-support"]
)
def test_what_is_no_bounce_is_none(folder: str) -> None:
    files = [file for file in (CORPORA / folder).rglob("*") if file.is_file()]
    assert files
    assert [str(file) for file in files if read(file.read_bytes()).cls != "none"] == []


def test_real_feedback_reports_are_complaints() -> None:
    files = sorted((CORPORA / "mail-auth" / "mail-auth-arf").glob("*.eml"))
    assert [read(file.read_bytes()).cls for file in files] == ["complaint"] * len(files)


def test_all_bounces_are_read_and_make_news_without_a_fault() -> None:
    files = [file for file in BOUNCES.rglob("*") if file.is_file()]
    news = [one for file in files for one in feedback(read(file.read_bytes()))]
    assert len(news) > 300
    assert len({one.event_id for one in news}) > 300


FILES = sorted(BOUNCES.rglob("*.eml"))
DAMAGE = st.lists(
    st.tuples(st.sampled_from(CHANGES), st.integers(0, 70_000), st.binary(max_size=40)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=1_000, deadline=None)
@given(st.integers(0, 10_000), DAMAGE)
def test_a_damaged_bounce_is_read_without_a_fault(which: int, damage: list[Damage]) -> None:
    raw = FILES[which % len(FILES)].read_bytes()
    for change, at, other in damage:
        raw = change(raw, at, other) or b"x"
    assert all(one.recipient for one in feedback(read(raw)))
