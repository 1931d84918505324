"""Which reports a server is asked for (RFC 3461): by the route's option, where it offers them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters_smtp.laboratory import Notes, sent
from twofifty.adapters.smtp.commands import LONGEST_ENVID, mail, rcpt, utf8_xtext, xtext
from twofifty.adapters.smtp.offers import Offers
from twofifty.deliver.outcome import Accepted
from twofifty.deliver.ports import Envelope
from twofifty.testing.receiver import Offer

DSN = Offer(dsn=True)


@pytest.mark.parametrize(
    ("options", "notify"),
    [
        ("", "FAILURE,DELAY"),
        ("&dsn=failure", "FAILURE,DELAY"),
        ("&dsn=on", "SUCCESS,FAILURE,DELAY"),
    ],
)
def test_reports_carry_our_id_and_the_address_as_it_was(options: str, notify: str) -> None:
    notes = Notes()
    outcome, _ = sent(notes, offer=DSN, options=options, recipient="a+b@example.com")
    assert isinstance(outcome, Accepted)
    assert notes.parameters("mail").endswith(" RET=HDRS ENVID=1001.1@example.com")
    assert notes.parameters("rcpt") == f"NOTIFY={notify} ORCPT=rfc822;a+2Bb@example.com"


@pytest.mark.parametrize(("offer", "options"), [(DSN, "&dsn=off"), (Offer(), "&dsn=on")])
def test_nothing_is_asked_that_is_not_wanted_or_not_offered(offer: Offer, options: str) -> None:
    notes = Notes()
    assert isinstance(sent(notes, offer=offer, options=options)[0], Accepted)
    assert re.fullmatch(r"SIZE=\d+", notes.parameters("mail"))
    assert notes.parameters("rcpt") == ""


def test_an_address_in_utf8_is_reported_as_one() -> None:
    notes = Notes()
    outcome, _ = sent(notes, offer=DSN, recipient="jörg+x@example.com")
    assert isinstance(outcome, Accepted)
    assert notes.parameters("rcpt").endswith(r" ORCPT=utf-8;j\x{F6}rg\x{2B}x@example.com")


@given(st.text(max_size=80))
def test_xtext_is_printable_and_can_be_read_back(text: str) -> None:
    coded = xtext(text.encode("ascii", "ignore").decode())
    assert re.fullmatch(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*", coded)
    back = re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), coded)
    assert back == text.encode("ascii", "ignore").decode()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_utf8_xtext_is_ascii_and_can_be_read_back(text: str) -> None:
    coded = utf8_xtext(text)
    assert coded.isascii()
    assert not re.search(r"[\s+=]", coded)
    assert re.sub(r"\\x\{([0-9A-F]+)\}", lambda found: chr(int(found[1], 16)), coded) == text


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.from_regex(r"\A[a-zäß+=]{1,300}@example\.com\Z"),
)
def test_a_command_is_one_line_whatever_the_id_and_the_address_are(
    message_id: str, recipient: str
) -> None:
    one = Envelope(message_id, "a@example.com", recipient, b"S: x\r\n\r\n")
    offers = Offers(dsn=True, sized=True, smtputf8=True)
    for command in (mail(one, offers, "FAILURE"), rcpt(one, offers, "FAILURE")):
        assert command.count(b"\r\n") == 1
        assert command.endswith(b"\r\n")
        assert len(command.splitlines()) == 1
    envid = re.search(rb" ENVID=(\S*)", mail(one, offers, "FAILURE"))
    assert envid is None or 0 < len(envid[1]) <= LONGEST_ENVID
