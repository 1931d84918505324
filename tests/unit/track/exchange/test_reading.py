"""Lists of addresses, as many services export them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.track.exchange.reading import Taking, read
from twofifty.track.exchange.record import Fault
from twofifty.track.model import Suppression

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TAKING = Taking(NOW, "ci")


def taken(content: str | bytes, taking: Taking = TAKING) -> list[Suppression]:
    raw = content.encode() if isinstance(content, str) else content
    lines = list(read(raw, taking))
    assert not [str(line) for line in lines if isinstance(line, Fault)]
    return [line for line in lines if isinstance(line, Suppression)]


def faults(content: str) -> list[str]:
    return [str(line) for line in read(content.encode(), TAKING) if isinstance(line, Fault)]


SENDGRID = (
    "status,reason,email,created\n"
    '5.1.1,"550 5.1.1 The account does not exist, try again",a@example.com,1443651125\n'
    '4.2.2,"452 4.2.2 over quota",b@example.com,1443651154\n'
)
MAILGUN = (
    "address,code,error,created_at\n"
    'a@example.com,550,No such mailbox,"Fri, 21 Oct 2011 11:02:55 GMT"\n'
)
POSTMARK = (
    '{"Suppressions": [\n'
    '{"EmailAddress": "a@example.com", "SuppressionReason": "HardBounce", "Origin": "Recipient",'
    ' "CreatedAt": "2019-12-17T08:58:33-05:00"},\n'
    '{"EmailAddress": "b@example.com", "SuppressionReason": "SpamComplaint",'
    ' "Origin": "Recipient", "CreatedAt": "2019-12-17T08:58:33-05:00"},\n'
    '{"EmailAddress": "c@example.com", "SuppressionReason": "ManualSuppression",'
    ' "Origin": "Recipient", "CreatedAt": "2019-12-17T08:58:33-05:00"}]}'
)
SES = (
    '{"SuppressedDestinationSummaries": [{"EmailAddress": "a@example.com", "Reason": "BOUNCE",'
    ' "LastUpdateTime": 1586000000.25}], "NextToken": "x"}'
)
MAILCHIMP = (
    '"Email Address","First Name",MEMBER_RATING,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON\n'
    'a@example.com,Ada,2,"2016-05-10 17:07:07",May,NORMAL\n'
)
CLEANED = "Email Address,MEMBER_RATING,CLEAN_TIME\na@example.com,2,2016-05-10 17:07:07\n"
SPARKPOST = (
    '{"results": [{"recipient": "a@example.com", "type": "non_transactional",'
    ' "source": "List Unsubscribe", "created": "2020-01-01T00:00:00+00:00"}], "total_count": 1}'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SENDGRID, [("all", "hard_bounce"), ("service", "soft_bounces")]),
        (MAILGUN, [("all", "hard_bounce")]),
        (POSTMARK, [("all", "hard_bounce"), ("service", "complaint"), ("service", "imported")]),
        (SES, [("all", "hard_bounce")]),
        ("a@example.com,BOUNCE\nb@example.com,COMPLAINT\n",
         [("all", "hard_bounce"), ("service", "complaint")]),
        ('{"emailAddress":"a@example.com","reason":"COMPLAINT"}\n', [("service", "complaint")]),
        (MAILCHIMP, [("marketing", "unsubscribed")]),
        (CLEANED, [("all", "hard_bounce")]),
        (SPARKPOST, [("marketing", "unsubscribed")]),
        ("E-Mail;Reason\na@example.com;Unsubscribed\n", [("service", "unsubscribed")]),
        ("recipient\ttype\na@example.com\tspam_report\n", [("service", "complaint")]),
        ("a@example.com\nb@example.com", [("service", "imported")] * 2),
        ('{"items": [], "paging": {}}', []),
        ("", []),
    ],
)  # fmt: skip
def test_an_export_is_understood(content: str, said: list[tuple[str, str]]) -> None:
    found = taken(content)
    assert [(one.scope, one.cause) for one in found] == said
    assert [one.address[1:] for one in found] == ["@example.com"] * len(said)
    assert all(one.at <= NOW for one in found)


def test_no_list_without_a_reason_keeps_anybody_from_a_receipt() -> None:
    (found,) = taken("email,created\na@example.com,1443651125\n")
    assert found.scope == "service"


def test_a_bounce_of_another_service_is_tried_again_like_ours() -> None:
    (found,) = taken(MAILGUN)
    assert found.at == datetime(2011, 10, 21, 11, 2, 55, tzinfo=UTC)
    assert found.until == NOW + timedelta(days=30)
    assert (found.text, found.actor) == ("550 No such mailbox", "ci")


def test_what_is_said_on_the_command_line_counts_where_the_file_says_nothing() -> None:
    taking = Taking(NOW, "ci", "unsubscribed", "marketing")
    listed, bounced = taken("email,reason\na@example.com,\nb@example.com,bounce\n", taking)
    assert (listed.scope, listed.cause) == ("marketing", "unsubscribed")
    assert bounced.cause == "hard_bounce"


def test_a_policy_says_nothing_against_an_address_for_good() -> None:
    (found,) = taken('email,reason\na@example.com,"550 5.7.1 rejected by policy"\n')
    assert found.cause == "soft_bounces"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(encoding: str, end: str) -> None:
    text = f"email,comment{end}a@example.com,Größe{end}"
    (found,) = taken(text.encode(encoding))
    assert (found.address, found.text) == ("a@example.com", "Größe")


def test_one_byte_that_is_no_utf_8_changes_no_other_line() -> None:
    content = "email,comment\nsk@example.com,Žilina\na@example.com,".encode() + b"Gr\xf6\xdfe\n"
    assert [one.text for one in taken(content)] == ["Žilina", "Größe"]


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        ("email\nok@example.com\nnobody\n", 3, "write the whole address"),
        ('email,reason\n"two\nlines",x\n,bounce\n', 4, "there is no address"),
        ("name,reason\nx,y\n", 1, "name the column"),
        ('email,reason\na@example.com,"open\nb@example.com,x\n', 2, "never closed"),
        ('email\n"a"b@example.com\n', 2, "this is no CSV"),
        ("address,scope,cause,at\na@example.com,some,x,\n", 2, "write all, service, marketing"),
        ("address,scope,cause,at\na@example.com,all,,\n", 2, "there is no cause"),
        ("address,scope,cause,at\na@example.com,all,x,soon\n", 2, "2026-03-02T12:00:05Z"),
        ("address,scope,cause,until\na@example.com,all,x,soon\n", 2, "2026-03-02T12:00:05Z"),
        ('{"address":"a@example.com"}\n{"address"\n', 2, "this is no JSON"),
        ("[1]", 1, "no entry"),
    ],
)
def test_a_bad_line_is_named_with_how_to_mend_it(content: str, line: int, part: str) -> None:
    said = faults(content)
    assert any(one.startswith(f"line {line}: ") and part in one for one in said), said


def test_one_bad_line_costs_no_other() -> None:
    content = "email\n" + "".join(f"{name}\n" for name in ("a@example.com", "bad", "c@example.com"))
    found = list(read(content.encode(), TAKING))
    assert [type(one) for one in found] == [Suppression, Fault, Suppression]


@given(st.binary(max_size=400))
def test_any_file_is_read_to_its_end(content: bytes) -> None:
    for one in read(content, TAKING):
        assert isinstance(one, Suppression | Fault)


@given(st.text(alphabet="a@.,;\"\n\r\t{}[]:'0x", max_size=200))
def test_any_text_is_read_to_its_end(text: str) -> None:
    for one in read(f"email,reason\n{text}".encode(), TAKING):
        assert isinstance(one, Suppression | Fault)
