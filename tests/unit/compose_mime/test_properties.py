"""The standard library reads from our bytes what we were given, with no defect."""

import email
import email.policy
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mime import Mail, Mailbox, message_id, write
from twofifty.compose.mime.clean import one_line, utf_8

Change = Callable[..., Mail]
Clean = Callable[[bytes], None]

HOSTILE_PIECES = [
    "<script>alert(1)</script>",
    "\r\nBcc: victim@example.com\r\n\r\n",
    "\u202egnp.exe",
    "👨\u200d👩\u200d👧",
    "=?utf-8?q?=41?=",
    "\ud83d",
    "\ude00",
    '"',
    "\\",
    "\u2028",
    "\x85",
    ",",
    "@",
    "<",
    " ",
    "\t",
    ".",
    "From ",
    "--=_",
    "ä",
    "注文確認",
    "x" * 80,
    "word " * 40,
]
HOSTILE = st.lists(
    st.sampled_from(HOSTILE_PIECES) | st.text(st.characters(), max_size=20), max_size=8
)
TEXTS = HOSTILE.map("".join)
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
DATES = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=OFFSETS)  # noqa: DTZ001
ATOMS = st.text("abcXYZ019!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=15)
LOCALS = st.lists(ATOMS, min_size=1, max_size=3).map(".".join)
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
ADDRESSES = st.builds("{}@{}".format, LOCALS, DOMAINS)
MAILBOXES = st.builds(Mailbox, st.none() | TEXTS, ADDRESSES)
MAILS = st.builds(
    Mail,
    from_=MAILBOXES,
    to=MAILBOXES,
    subject=TEXTS,
    text=TEXTS,
    html=TEXTS,
    date=DATES,
    message_id=st.builds(message_id, st.tuples(TEXTS, TEXTS), DOMAINS),
    reply_to=st.none() | MAILBOXES,
    in_reply_to=st.none() | ADDRESSES,
    references=st.lists(ADDRESSES, max_size=30).map(tuple),
    headers=st.lists(
        st.tuples(st.sampled_from(["X-Note", "X-Twofifty-ID", "List-Id"]), TEXTS), max_size=3
    ).map(tuple),
)


@given(MAILS)
def test_a_mail_reads_as_it_was_given(assert_clean: Clean, mail: Mail) -> None:
    _assert_reads_back(mail, assert_clean)


@given(MAILS)
def test_smtp_can_take_a_mail_as_it_is(mail: Mail) -> None:
    raw = write(mail)
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\n\.|\A\.|\0", raw)


def test_every_nasty_string_reads_back(
    nasty_strings: list[str], changed: Change, assert_clean: Clean
) -> None:
    for value in nasty_strings:
        _assert_reads_back(_everywhere(value, changed), assert_clean)


def test_every_string_of_real_orders_reads_back(
    shop_strings: list[str], changed: Change, assert_clean: Clean
) -> None:
    for value in shop_strings:
        _assert_reads_back(_everywhere(value, changed), assert_clean)


def test_ten_thousand_characters_read_back(changed: Change, assert_clean: Clean) -> None:
    for character in ("x", "ä", "注", "😀", ".", '"', "x ", "\u202e", "\r\n", "=", "\t"):
        value = (character * 10_000)[:10_000]
        _assert_reads_back(_everywhere(value, changed), assert_clean)


def _everywhere(value: str, changed: Change) -> Mail:
    return changed(
        from_=Mailbox(value, "orders@shop.example"),
        to=Mailbox(value, "erika@example.com"),
        subject=value,
        text=value,
        html=value,
        headers=(("X-Note", value),),
    )


def _assert_reads_back(mail: Mail, assert_clean: Clean) -> None:
    data = write(mail)
    assert_clean(data)
    assert data.isascii()
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    _assert_no_defects(parsed)
    _assert_mailbox(data, "From", mail.from_)
    _assert_mailbox(data, "To", mail.to)
    if mail.reply_to:
        _assert_mailbox(data, "Reply-To", mail.reply_to)
    assert parsed["Subject"] == one_line(mail.subject)
    assert parsed["Date"].datetime == mail.date.replace(microsecond=0)
    assert parsed["Message-ID"] == f"<{mail.message_id}>"
    assert parsed["In-Reply-To"] == (mail.in_reply_to and f"<{mail.in_reply_to}>")
    assert (parsed["References"] or "").split() == [f"<{one}>" for one in mail.references]
    for name in {name for name, _ in mail.headers}:
        given_values = [one_line(value) for key, value in mail.headers if key == name]
        assert parsed.get_all(name) == given_values
    _assert_bodies(parsed, mail)


def _assert_no_defects(parsed: EmailMessage) -> None:
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    for part in parsed.walk():
        assert part.defects == []
        for value in part.values():
            assert value.defects == ()


def _assert_mailbox(data: bytes, name: str, mailbox: Mailbox) -> None:
    [address] = email.message_from_bytes(data, policy=email.policy.default)[name].addresses
    expected = one_line(mailbox.name or "")
    assert address.addr_spec == mailbox.address
    # Python before 3.12.9 keeps the space between two encoded words of a display name, against
    # RFC 2047 section 6.2, so white space is compared by the library's older interface only.
    assert "".join(address.display_name.split()) == "".join(expected.split())
    assert _older_reading(data, name) == (expected, mailbox.address)


def _older_reading(data: bytes, name: str) -> tuple[str, str]:
    raw = str(email.message_from_bytes(data, policy=email.policy.compat32)[name])
    shown, address = parseaddr(raw.replace("\r\n ", " "))
    return (str(make_header(decode_header(shown))) if "=?" in shown else shown), address


def _assert_bodies(parsed: EmailMessage, mail: Mail) -> None:
    for subtype, given_text in (("plain", mail.text), ("html", mail.html)):
        part = parsed.get_body((subtype,))
        assert part is not None
        assert isinstance(given_text, str)
        content = part.get_content().replace("\r\n", "\n")
        assert content == _lines(utf_8(given_text).decode())


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
