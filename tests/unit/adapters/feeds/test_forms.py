"""Bodies of requests, and the replies of servers in the words of providers."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters import entries, feeds, forms
from twofifty.errors import BadInput
from twofifty.track import replied

PARTS = (
    b'--frontier\r\nContent-Disposition: form-data; name="event"\r\n\r\ndropped\r\n'
    b'--frontier\r\nContent-Disposition: form-data; name="recipient"\r\n\r\nanna@example.com\r\n'
    b'--frontier\r\nContent-Disposition: form-data; name="attachment-1"; filename="original.eml"'
    b"\r\nContent-Type: message/rfc822\r\n\r\nSubject: Hello\r\n\r\nHello\r\n--frontier--\r\n"
)


def test_a_form_in_parts_is_read_and_its_files_are_passed_over() -> None:
    assert forms.document(PARTS) == {"event": "dropped", "recipient": "anna@example.com"}
    (news,) = feeds.reporter("mailgun").read(PARTS, {})
    assert (news.type, news.recipient) == ("rejected", "anna@example.com")


def test_json_is_json_whatever_signs_stand_in_it() -> None:
    for document in (["a=b"], {"a": "b=c&d=e"}, [], {}, "a=b", 7):
        assert forms.document(json.dumps(document).encode()) == document


@given(st.dictionaries(st.text("abc-_", min_size=1), st.text(max_size=20), min_size=1))
def test_a_form_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    text = "&".join(f"{name}={_percent(value)}" for name, value in fields.items())
    if not text.startswith("--"):
        assert forms.document(text.encode()) == fields


def _percent(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in value.encode())


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_refusal_with_a_place(body: bytes) -> None:
    for head in (b"", b"--x\r\n", b"a=", b"--x\r\n\r\n--x\r\n"):
        try:
            forms.document(head + body)
        except BadInput as bad:
            refused = bad
            assert refused.problems


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["event", "type", "data", "msys", "eventType", "mail", "RecordType"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=15,
    ),
    st.sampled_from(sorted(feeds.PROVIDERS)),
)
def test_no_document_raises_anything_but_a_refusal(document: object, provider: str) -> None:
    with contextlib.suppress(BadInput):
        for news in feeds.reporter(provider).read(json.dumps(document).encode(), {}):
            assert news.event_id


@pytest.mark.parametrize(
    ("text", "code", "enhanced"),
    [
        ("550 5.1.1 no such user", 550, "5.1.1"),
        ("smtp; 550 5.1.1 no such user", 550, "5.1.1"),
        ("smtp;452 4.2.2 full", 452, "4.2.2"),
        ("550-5.1.1 no\n550 5.1.1 such user", 550, "5.1.1"),
        ("550 RecipientError: 550 5.1.1 unknown", 550, "5.1.1"),
        ("sent (250 2.0.0 OK 1498093527)", 250, "2.0.0"),
        ("5.1.1 the account does not exist.", None, "5.1.1"),
        ("host 5.1.1.7 said: 421 4.7.0 later", 421, "4.7.0"),
        ("user unknown, see 5.1.1.", None, "5.1.1"),
        ("550.5 degrees", None, None),
        ("No MX for example.com", None, None),
        ("", None, None),
    ],
)
def test_codes_are_found_in_the_words_of_a_provider(
    text: str, code: int | None, enhanced: str | None
) -> None:
    assert replied.code(text) == code
    assert replied.enhanced(text) == enhanced


def test_a_class_follows_from_the_code_where_nobody_says_more() -> None:
    for code, enhanced, right in (
        (550, None, "hard"),
        (552, None, "soft"),
        (554, None, "message"),
        (421, None, "soft"),
        (None, None, "soft"),
        (550, "5.7.1", "message"),
        (550, "5.0.0", "hard"),
    ):
        assert replied.bounce_class(None, code, enhanced) == right
    assert replied.bounce_class("hard", 554, None) == "hard"
    assert replied.bounce_class("hard", 552, "5.2.2") == "soft"


def test_our_id_is_found_wherever_a_provider_keeps_it() -> None:
    own = "m_abcdefghij234567abcdefghij"
    for value in (
        own,
        f"<{own}@example.com>",
        {"twofifty_id": own},
        json.dumps({"twofifty_id": own}),
        [{"name": "X-Twofifty-ID", "value": own}],
        ["other", own],
        json.dumps([["X-Twofifty-ID", own]]),
    ):
        assert entries.own_id(None, "", value) == own
    for other in ("", None, "m_", "bm_x1", "M_ABC", {"a": "1"}):
        assert entries.own_id(other) is None


def test_an_address_is_taken_out_of_its_name() -> None:
    assert entries.address("Anna <anna@example.com>") == "anna@example.com"
    assert entries.address(" anna@example.com ") == "anna@example.com"
    assert entries.address(["anna@example.com", "bert@example.com"]) == "anna@example.com"
    assert entries.address(None) == entries.address({}) == entries.address([]) == ""
