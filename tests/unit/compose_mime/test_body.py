"""Quoted-printable as every relay likes it."""

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mime import body, body_of_lines
from twofifty.compose.mime.quoted import quoted_printable

PIECES = [".", "From ", "=", "é", "€", "😀", " ", "\t", "\n", "\r", "\r\n", "\0", "\x7f", "\x85"]
PIECES += ["x" * 20, "x" * 72, "x" * 73, "x" * 74, "x" * 75, "x" * 76, "x" * 77]
BODIES = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [b""]),
        ("plain", [b"plain"]),
        ("a=b", [b"a=3Db"]),
        ("12 €", [b"12 =E2=82=AC"]),
        ("one\r\ntwo\rthree\nfour", [b"one", b"two", b"three", b"four"]),
        ("end \nend\t\nend  ", [b"end=20", b"end=09", b"end =20"]),
        (".\n..", [b"=2E", b"=2E."]),
        ("From me\nFrom: me\nfrom me", [b"=46rom me", b"From: me", b"from me"]),
        ("\0\x1b\x85", [b"=00=1B=C2=85"]),
        ("\ud83d|\ud83d\ude00", [b"=EF=BF=BD|=F0=9F=98=80"]),
        ("x" * 76, [b"x" * 76]),
        ("x" * 77, [b"x" * 75 + b"=", b"xx"]),
        ("x" * 75 + ".", [b"x" * 75 + b"."]),
        ("x" * 75 + "..", [b"x" * 75 + b"=", b"=2E."]),
        ("x" * 75 + "From x", [b"x" * 75 + b"=", b"=46rom x"]),
        ("x" * 73 + "ä", [b"x" * 73 + b"=", b"=C3=A4"]),
        ("x" * 74 + "=", [b"x" * 74 + b"=", b"=3D"]),
    ],
)
def test_a_text_has_these_lines(text: str, lines: list[bytes]) -> None:
    assert quoted_printable(text) == b"\r\n".join([*lines, b""])


@given(BODIES)
def test_a_body_decodes_to_itself_and_is_clean(text: str) -> None:
    data = quoted_printable(text)
    expected = text.replace("\r\n", "\n").replace("\r", "\n") + "\n"
    assert quopri.decodestring(data).replace(b"\r\n", b"\n") == expected.encode()
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert b"\r" not in b"".join(lines)
    assert b"\n" not in b"".join(lines)
    for line in lines:
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))
        assert not set(line) - set(range(0x20, 0x7F)) - {9}


@given(
    st.lists(
        st.sampled_from(
            [
                "a line\n",
                ".",
                "From ",
                "F\n",
                "=\r\n",
                "\r",
                "\t\n",
                " \n",
                "é" * 30,
                "\ud83d",
                "x" * 90,
            ]
        )
        | st.text(st.characters()),
        max_size=12,
    ).map("".join)
)
def test_a_text_of_known_lines_is_encoded_as_any_other(text: str) -> None:
    assert body_of_lines(text) == body(text)
    assert body_of_lines(text) == body(text)
