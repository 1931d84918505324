"""Which encoding a part gets."""

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mime import Mail, body, body_of, write
from twofifty.compose.mime.clean import utf_8
from twofifty.compose.mime.quoted import quoted_printable, unified

TEXTS = st.text(st.characters()) | st.text("注文確認 a=\n.") | st.text("äöü abc\n")
LATIN = "Vielen Dank für Ihre Bestellung über 12,50 €. Dziękujemy! Ďakujeme za objednávku.\n"
FOREIGN = {
    "ja": "ご注文ありがとうございます。\n商品は二日以内に発送します。\n",
    "ru": "Спасибо за заказ! Мы отправим его завтра.\n",
    "ar": "شكراً لطلبك. سنرسله غداً.\n",
    "hi": "आपके ऑर्डर के लिए धन्यवाद।\n",
    "th": "ขอบคุณสำหรับคำสั่งซื้อ\n",
    "el": "Ευχαριστούμε για την παραγγελία σας.\n",
    "he": "תודה על ההזמנה.\n",
}


@given(TEXTS)
def test_a_body_says_what_it_was_given_in_either_encoding(text: str) -> None:
    whole = unified(utf_8(text).decode())
    assert body(text).text == whole
    assert body_of(quoted_printable(text).decode()).text == whole


@pytest.mark.parametrize("said", FOREIGN.values(), ids=FOREIGN)
def test_what_is_mostly_not_ascii_goes_as_base64_and_is_shorter_so(said: str) -> None:
    text = said * 20
    made = body(text)
    assert made.encoding == "base64"
    assert len(made.lines) < 0.75 * len(quoted_printable(text))
    assert max(map(len, made.lines.split(b"\r\n"))) <= 76
    assert body_of(quoted_printable(text).decode()) == made


@pytest.mark.parametrize("text", ["", "Thank you.\n", "a=b&c=d\n" * 50, LATIN, LATIN * 40])
def test_text_in_latin_letters_is_never_hidden_in_base64(text: str) -> None:
    assert body(text).encoding == "quoted-printable"
    assert body_of(quoted_printable(text).decode()).encoding == "quoted-printable"


def test_a_page_with_some_foreign_words_stays_readable() -> None:
    page = '<p class="name" style="color:#111">注文</p>\n' * 100
    assert body(page).encoding == "quoted-printable"


@pytest.mark.parametrize("text", ["Thank you.\n", FOREIGN["ja"] * 100])
def test_a_limit_counts_what_is_said_and_not_how_it_is_written(text: str) -> None:
    size = len(text.encode())
    assert body(text).fits(size)
    assert not body(text).fits(size - 1)


def test_each_part_is_encoded_for_itself(
    changed: Callable[..., Mail], assert_clean: Callable[[bytes], None]
) -> None:
    data = write(changed(text=FOREIGN["ja"] * 20, html="<p>Thank you.</p>\n"))
    assert_clean(data)
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    encodings = [part["Content-Transfer-Encoding"] for part in parsed.iter_parts()]
    assert encodings == ["base64", "quoted-printable"]
    text = parsed.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == FOREIGN["ja"] * 20


def test_an_encoded_part_is_written_as_its_text_would_be(changed: Callable[..., Mail]) -> None:
    for text in ("Thank you.\n", FOREIGN["ru"] * 9):
        assert write(changed(text=body(text), html=body(text))) == write(
            changed(text=text, html=text)
        )
