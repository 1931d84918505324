import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.web.console.letter import preview, preview_policy, taken_apart

MAIL = (
    b"Subject: Your\r\n order\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe\r\n"
    b"--b\r\nContent-Type: text/html; charset=nonsense\r\n\r\n<p>\xc3\xa9</p>\r\n--b--\r\n"
)


def test_a_mail_is_taken_apart_with_its_own_charsets() -> None:
    mail = taken_apart(MAIL)
    assert (mail.text or "").strip() == "Grüße"
    assert (mail.html or "").strip() == "<p>é</p>"
    assert mail.headers[0] == ("Subject", "Your order")
    assert mail.size == len(MAIL)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_shown(content: bytes) -> None:
    assert taken_apart(content).size == len(content)


@given(st.binary(max_size=200), st.sampled_from([b"text/html", b"multipart/mixed", b"x"]))
def test_any_part_can_be_shown(content: bytes, kind: bytes) -> None:
    mail = taken_apart(b"Content-Type: " + kind + b"; charset=utf-7\r\n\r\n" + content)
    assert isinstance(mail.raw, str)


def test_an_attachment_is_not_taken_for_the_mail() -> None:
    mail = taken_apart(
        b"Content-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>x</p>"
    )
    assert mail.html is None


@pytest.mark.parametrize(("dark", "shown"), [(True, "dark"), (False, "light")])
def test_the_preview_decides_the_colour_scheme(dark: bool, shown: str) -> None:
    html = (
        '<meta name="color-scheme" content="light dark"><style>:root{color-scheme: light dark}'
        "@media (prefers-color-scheme: dark){a{}} @media ( PREFERS-color-scheme:light ){b{}}"
    )
    content = preview(html, dark=dark).decode()
    assert f'content="{shown}"' in content
    assert f"color-scheme: {shown}}}" in content
    assert "prefers-color-scheme" not in content.lower()
    assert content.count("(min-width: 0px)") == 1


def test_remote_images_are_loaded_only_if_asked() -> None:
    assert "https:" not in preview_policy(images=False)
    assert "https:" in preview_policy(images=True)
    for policy in (preview_policy(images=False), preview_policy(images=True)):
        assert "script-src" not in policy
        assert policy.startswith("default-src 'none'")
        assert policy.endswith("sandbox")
