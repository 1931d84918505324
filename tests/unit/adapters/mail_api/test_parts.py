"""Our MIME taken apart: nothing lost, nothing garbled, and what cannot be said is refused."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.adapters.mail_api.letters import FROM, TO, envelope, taken_apart, written
from twofifty.adapters.mail_api.mail import Parts, Unfit
from twofifty.adapters.mail_api.parts import parts_of
from twofifty.compose.mime import Mailbox
from twofifty.compose.mime.clean import one_line, utf_8
from twofifty.deliver.ports import Envelope

PLAIN = b"From: orders@shop.example.test\r\nTo: zoe@example.com\r\nSubject: Hi\r\n"
LETTERS = st.text(st.characters(codec="utf-8"), max_size=120)


def test_all_that_a_mail_says_is_in_its_parts() -> None:
    parts = taken_apart()
    assert parts.sender == Mailbox('Käse "frisch" & Söhne', FROM)
    assert parts.to == Mailbox("Zoë Müller", TO)
    assert parts.reply_to == Mailbox(None, "help@shop.example.test")
    assert parts.subject == "Bestellung 10–1 ist bestätigt ✓"
    assert parts.text == "Danke, Zoë.\nSumme: 10 €\n"
    assert parts.html == "<p>Danke, Zoë.</p>\n"
    assert [name for name, _ in parts.headers] == [
        "Message-ID",
        "In-Reply-To",
        "References",
        "X-Twofifty-ID",
        "Thread-Topic",
        "Auto-Submitted",
    ]


@settings(max_examples=150, deadline=None)
@given(subject=LETTERS, text=LETTERS, html=LETTERS)
@example("=?utf-8?q?x?=", "=?utf-8?q?x?=", ".\n..\nFrom x\n")
@example("ж" * 100, "ж" * 2000, "<p>" + "ж" * 2000)
def test_texts_come_out_as_they_went_in(subject: str, text: str, html: str) -> None:
    found = parts_of(envelope(written(subject=subject, text=text, html=html)))
    if isinstance(found, Unfit):
        assert not (text + html).strip()
        return
    assert found.subject == one_line(subject)
    for inside, outside in ((text, found.text), (html, found.html)):
        lines = utf_8(inside).decode().replace("\r\n", "\n").replace("\r", "\n")
        assert outside.rstrip("\n") == lines.rstrip("\n")


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60))
@settings(max_examples=100, deadline=None)
def test_names_come_out_as_they_went_in(name: str) -> None:
    found = taken_apart(to=Mailbox(name, TO)).to.name or ""
    assert found.split() == one_line(name).split()


def test_an_internationalised_domain_is_the_same_in_both_writings() -> None:
    data = written(to=Mailbox(None, "zoe@bücher.example"))
    found = parts_of(Envelope("m_1", FROM, "zoe@bücher.example", data))
    assert isinstance(found, Parts)
    assert found.to.address == "zoe@xn--bcher-kva.example"


def test_a_mailbox_beyond_ascii_is_read_from_its_header() -> None:
    data = written(to=Mailbox("Zoë", "zoë@example.com"))
    assert not data.isascii()
    found = parts_of(Envelope("m_1", FROM, "zoë@example.com", data))
    assert isinstance(found, Parts)
    assert found.to == Mailbox("Zoë", "zoë@example.com")


def test_a_single_part_is_enough() -> None:
    found = parts_of(envelope(PLAIN + b"Content-Type: text/html\r\n\r\n<p>Hi</p>\r\n"))
    assert isinstance(found, Parts)
    assert (found.text, found.html) == ("", "<p>Hi</p>\n")


def _with(*lines: bytes) -> bytes:
    return b"".join(line + b"\r\n" for line in lines) + PLAIN + b"\r\nHi\r\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_with(b"Cc: other@example.com"), id="cc"),
        pytest.param(_with(b"Bcc: other@example.com"), id="bcc"),
        pytest.param(_with(b"Sender: other@example.com"), id="sender"),
        pytest.param(_with(b"X-Note: 1", b"x-note: 2"), id="twice"),
        pytest.param(_with(b"To: other@example.com"), id="two to"),
        pytest.param(PLAIN + b"\r\n", id="empty"),
        pytest.param(PLAIN + b"Content-Type: application/pdf\r\n\r\nx\r\n", id="no text"),
        pytest.param(PLAIN + b"Content-Type: text/plain; charset=x-none\r\n\r\n\xff\r\n", id="set"),
        pytest.param(b"\xff\xfe: x\r\n\r\n", id="no mail"),
        pytest.param(b"", id="nothing"),
        pytest.param(
            PLAIN + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b--\r\n",
            id="mixed",
        ),
    ],
)
def test_what_has_no_place_in_a_request_is_refused(data: bytes) -> None:
    found = parts_of(Envelope("m_1", FROM, TO, data))
    assert isinstance(found, Unfit)
    assert found.about == "message"
    assert found.reason.endswith(".")


def test_a_mail_to_somebody_else_than_its_envelope_is_refused() -> None:
    assert isinstance(parts_of(envelope(recipient="eve@example.com")), Unfit)
    assert isinstance(parts_of(envelope(recipient="Zoe@example.com")), Unfit)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_parts_or_a_reason(data: bytes) -> None:
    assert isinstance(parts_of(Envelope("m_1", FROM, TO, data)), Parts | Unfit)
    assert isinstance(parts_of(Envelope("m_1", FROM, TO, PLAIN + data)), Parts | Unfit)


@pytest.mark.parametrize("name", ["DKIM-Signature", "MIME-Version", "Date", "Content-Language"])
def test_what_says_how_bytes_are_written_is_the_providers_business(name: str) -> None:
    found = parts_of(envelope(f"{name}: x\r\n".encode() + PLAIN + b"\r\nHi\r\n"))
    assert isinstance(found, Parts)
    assert found.headers == ()
