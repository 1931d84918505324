"""The shape of a written mail."""

import email
import email.policy
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from twofifty.compose.mime import Mail, Mailbox, MimeError, message_id, write

Change = Callable[..., Mail]

WHOLE = b"""\
From: Shop <orders@shop.example>\r
To: Erika Muster <erika@example.com>\r
Subject: Order 1001\r
Date: Sun, 01 Mar 2026 12:30:05 +0000\r
Message-ID: <abc@shop.example>\r
Auto-Submitted: auto-generated\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary="=_def7ec25808820fc760d18b4"\r
\r
--=_def7ec25808820fc760d18b4\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
Thank you.\r
\r
--=_def7ec25808820fc760d18b4\r
Content-Type: text/html; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
<p>Thank you.</p>\r
\r
--=_def7ec25808820fc760d18b4--\r
"""


def _head(data: bytes) -> list[str]:
    return data.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def _line(mail: Mail, name: str) -> str:
    """The whole field of that name, folds and all."""
    head = write(mail).partition(b"\r\n\r\n")[0].decode()
    lines = head.replace("\r\n ", "\n ").split("\r\n")
    return next(line for line in lines if line.startswith(f"{name}:"))


def test_a_plain_mail_is_written_in_exactly_these_bytes(mail: Mail) -> None:
    assert write(mail) == WHOLE


def test_the_same_mail_gives_the_same_bytes(mail: Mail, changed: Change) -> None:
    assert write(changed(subject="Ä" * 500)) == write(changed(subject="Ä" * 500))
    assert write(changed(message_id="other@shop.example")) != write(mail)


def test_further_headers_and_the_thread_stand_in_the_head(changed: Change) -> None:
    written = write(
        changed(
            reply_to=Mailbox(None, "help@shop.example"),
            in_reply_to="root@shop.example",
            references=("root@shop.example", "second@shop.example"),
            headers=(
                ("X-Twofifty-ID", "m1"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ),
        )
    )
    head = _head(written)
    assert "Reply-To: help@shop.example" in head
    assert "In-Reply-To: <root@shop.example>" in head
    assert "References: <root@shop.example> <second@shop.example>" in head
    assert "X-Twofifty-ID: m1" in head
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head


def test_a_long_thread_is_folded_between_its_ids(changed: Change) -> None:
    ids = tuple(f"{n}.{'x' * 40}@shop.example" for n in range(50))
    folded = _line(changed(references=ids), "References")
    assert folded.count("\n") == 49
    assert max(map(len, folded.split("\n"))) <= 78
    assert folded.split()[1:] == [f"<{one}>" for one in ids]


def test_a_long_url_in_a_further_header_stays_whole(changed: Change) -> None:
    url = f"<https://shop.example/u/{'t' * 300}>"
    value = f"<mailto:unsubscribe@shop.example>, {url}"
    line = _line(changed(headers=(("List-Unsubscribe", value),)), "List-Unsubscribe")
    assert line.split("\n") == [
        "List-Unsubscribe: <mailto:unsubscribe@shop.example>,",
        f" {url}",
    ]


def test_a_long_word_of_a_further_header_never_makes_a_line_over_998(changed: Change) -> None:
    line = _line(changed(headers=(("X-Long", "t" * 5000),)), "X-Long")
    assert max(map(len, line.split("\n"))) <= 78


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Erika Muster", "Erika Muster <e@example.com>"),
        ("Muster, Erika", '"Muster, Erika" <e@example.com>'),
        ('the "real" \\ Erika', '"the \\"real\\" \\\\ Erika" <e@example.com>'),
        ("erika@example.com", '"erika@example.com" <e@example.com>'),
        ("Dr. E. Muster", '"Dr. E. Muster" <e@example.com>'),
        ("Jürgen und Kinder", "=?utf-8?q?J=C3=BCrgen_und_Kinder?= <e@example.com>"),
        ("注文", "=?utf-8?b?5rOo5paH?= <e@example.com>"),
        ("=?utf-8?q?fake?=", "=?utf-8?b?PT91dGYtOD9xP2Zha2U/PQ==?= <e@example.com>"),
        ("", "e@example.com"),
        (" \t ", "e@example.com"),
        (None, "e@example.com"),
    ],
)
def test_a_display_name_is_written_as_atoms_or_quoted_or_encoded(
    changed: Change, name: str | None, written: str
) -> None:
    assert _line(changed(to=Mailbox(name, "e@example.com")), "To") == f"To: {written}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Hello\r\nBcc: victim@example.com", "Hello Bcc: victim@example.com"),
        ("a\nb\rc\0d\x0be\x1bf\x7fg\x85h\x9bi\u2028j\u2029k", "a b c d e f g h i j k"),
        ("\u202eevil\u202c \u2066x\u2069\u200e\u200f\u061c", "evil x"),
        ("  many \t\t spaces \n", "many spaces"),
        ("half \ud83d emoji \ude00", "half \ufffd emoji \ufffd"),
        ("\ud83d\ude00", "😀"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("", ""),
    ],
)
def test_controls_never_reach_a_header(changed: Change, value: str, shown: str) -> None:
    written = changed(
        subject=value, to=Mailbox(value, "e@example.com"), headers=(("X-Note", value),)
    )
    parsed = email.message_from_bytes(write(written), policy=email.policy.default)
    assert parsed["Subject"] == shown
    assert parsed["To"].addresses[0].display_name == shown
    assert parsed["X-Note"] == shown
    assert parsed["Bcc"] is None


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("e@münchen.example", "e@xn--mnchen-3ya.example"),
        ("e@EXAMPLE.com", "e@EXAMPLE.com"),
        ("e@[127.0.0.1]", "e@[127.0.0.1]"),
        ("e@localhost", "e@localhost"),
        ("o'neill+tag@example.com", "o'neill+tag@example.com"),
        ("two..dots@example.com", '"two..dots"@example.com'),
        ("dot.@example.com", '"dot."@example.com'),
        ('"an odd one"@example.com', '"an odd one"@example.com'),
        ('"with@at"@example.com', '"with@at"@example.com'),
    ],
)
def test_an_address_is_written_in_ascii_where_it_can_be(
    changed: Change, address: str, written: str
) -> None:
    data = write(changed(to=Mailbox(None, address)))
    assert data.isascii()
    assert f"To: {written}" in _head(data)


def test_only_a_non_ascii_local_part_needs_smtputf8(changed: Change) -> None:
    data = write(changed(to=Mailbox("Ünal", "ünal@münchen.example")))
    assert not data.isascii()
    assert "<ünal@xn--mnchen-3ya.example>" in data.decode()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@example.com",
        "e@",
        "e@example..com",
        "e@-example.com",
        "e@exa mple.com",
        f"e@{'a' * 64}.com",
        f"e@{'a.' * 130}com",
        f"e@{'ä' * 10_000}.com",
        f"{'e' * 65}@example.com",
        "e\r\nBcc: x@example.com",
        "e@example.com\r\nBcc: x@example.com",
        "e\n@example.com",
        "e\0@example.com",
        "e@example.com\0",
        "e@example.com>",
        "<e@example.com",
        "e,f@example.com",
        "e f@example.com",
        '"e@example.com',
        '"a"b"@example.com',
        "(note)e@example.com",
        "\u202ee@example.com",
        "e\u2028@example.com",
        "e\x85@example.com",
        "e\ud800@example.com",
        "e@\ud800.com",
        "e@exam\u202eple.com",
    ],
)
@pytest.mark.parametrize("field", ["from_", "to", "reply_to"])
def test_an_address_that_no_header_can_carry_is_an_error(
    changed: Change, address: str, field: str
) -> None:
    with pytest.raises(MimeError):
        write(changed(**{field: Mailbox("Name", address)}))


@pytest.mark.parametrize(
    "own_id",
    ["", "abc", "<a@b>", "a@b\r\nX: y", "a b@c", "a@b@c", "ä@b", "@b", "a@", f"{'a' * 250}@b"],
)
def test_a_malformed_message_id_is_an_error(changed: Change, own_id: str) -> None:
    with pytest.raises(MimeError):
        write(changed(message_id=own_id))


@pytest.mark.parametrize("other", ["", "a b", "<a@b>", "a\r\nX: y", "\0", "ä@b", "a" * 901])
def test_a_reference_that_would_break_the_header_is_an_error(changed: Change, other: str) -> None:
    with pytest.raises(MimeError):
        write(changed(references=("ok@example.com", other)))
    with pytest.raises(MimeError):
        write(changed(in_reply_to=other))


def test_an_odd_but_harmless_reference_of_another_program_is_kept(changed: Change) -> None:
    assert "In-Reply-To: <no-at-sign!>" in _head(write(changed(in_reply_to="no-at-sign!")))


MALFORMED_NAMES = ["", "X Y", "X:", "X\r\nBcc", "Ä", "1X", "x" * 61]
TAKEN_NAMES = ["Bcc", "to", "SUBJECT", "Content-Type", "Date", "mime-version", "Auto-Submitted"]


@pytest.mark.parametrize("name", MALFORMED_NAMES + TAKEN_NAMES)
def test_a_bad_or_taken_header_name_is_an_error(changed: Change, name: str) -> None:
    with pytest.raises(MimeError):
        write(changed(headers=((name, "value"),)))


@pytest.mark.parametrize(
    ("offset", "written"),
    [
        (timedelta(), "Thu, 09 Jul 2026 01:02:03 +0000"),
        (timedelta(hours=5, minutes=30), "Thu, 09 Jul 2026 01:02:03 +0530"),
        (timedelta(hours=-3, minutes=-30), "Thu, 09 Jul 2026 01:02:03 -0330"),
        (timedelta(seconds=1172), "Thu, 09 Jul 2026 00:42:31 +0000"),
    ],
)
def test_the_date_is_written_in_its_own_offset(
    changed: Change, offset: timedelta, written: str
) -> None:
    moment = datetime(2026, 7, 9, 1, 2, 3, tzinfo=timezone(offset))
    assert _line(changed(date=moment), "Date") == f"Date: {written}"


def test_a_time_without_offset_is_an_error(changed: Change, mail: Mail) -> None:
    with pytest.raises(MimeError, match="Date: the time has no offset"):
        write(changed(date=mail.date.replace(tzinfo=None)))


def test_a_message_id_follows_from_its_parts_alone() -> None:
    one = message_id(("shop", "1001"), "Shop.example")
    assert one == message_id(("shop", "1001"), "shop.example")
    assert one == "eetkcqxdkpugf447igc2v7gqhp@shop.example"
    assert one != message_id(("shop1", "001"), "shop.example")
    assert one != message_id(("shop", "1001", ""), "shop.example")


def test_a_message_id_has_an_ascii_domain(changed: Change) -> None:
    own_id = message_id(("ä\ud800",), "münchen.example")
    assert own_id.endswith("@xn--mnchen-3ya.example")
    assert write(changed(message_id=own_id)).isascii()
    with pytest.raises(MimeError):
        message_id(("a",), "not a domain")
