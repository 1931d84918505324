"""Mails to sign: usual ones, and whatever a header and a body may hold."""

from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from tests.unit.compose.dkim.oracle import records
from twofifty.compose.dkim.keys import generate
from twofifty.compose.dkim.sign import ALWAYS, IF_THERE, ONCE, Signer

AT: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
RSA: Final = generate("rsa", "tf20260105")
ED25519: Final = generate("ed25519", "tf20260105-ed")
SIGNER: Final = Signer("example.com", (RSA, ED25519))
PUBLISHED: Final = records(SIGNER)

RECEIPT: Final = (
    b"From: Shop <orders@example.com>\r\n"
    b"To: buyer@example.net\r\n"
    b"Subject: Your order #1001\r\n"
    b"Date: Mon, 05 Jan 2026 12:00:00 +0000\r\n"
    b"Message-ID: <m_abc@example.com>\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="=_1"\r\n'
    b"\r\n"
    b"--=_1\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n"
    b"2  x  Caf\xc3\xa9 cr\xc3\xa8me\t 9.80 \r\n\r\n--=_1--\r\n"
)

_NAMES: Final = [name for name in (*ALWAYS, *IF_THERE, *ONCE) if name != "from"]
_LETTERS: Final = st.characters(
    min_codepoint=0x21, exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc")
)
_words = st.text(_LETTERS, min_size=1, max_size=90)
_spaces = st.sampled_from([" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t", " \r\n  "])
_bits = st.one_of(st.sampled_from(["\r\n", " ", "  ", "\t", ".", "=", "=\r\n", "From "]), _words)


@st.composite
def _values(draw: st.DrawFn) -> str:
    """What may stand behind a colon: words, any white space between them, folds."""
    words = draw(st.lists(_words, max_size=6))
    before, after = draw(st.sampled_from(["", " ", "\t ", "\r\n "])), draw(st.sampled_from("\t "))
    return before + "".join(word + draw(_spaces) for word in words).rstrip() + after


@st.composite
def fields(draw: st.DrawFn) -> tuple[str, str]:
    """A field that may or may not be signed."""
    name = draw(st.sampled_from([*_NAMES, "Received", "X-Other", "List-Id", "DKIM-Filter"]))
    cased = draw(st.sampled_from([name, name.title(), name.upper()]))
    return cased, draw(_values())


@st.composite
def heads(draw: st.DrawFn) -> str:
    """Any number of fields with one From somewhere among them."""
    above = draw(st.lists(fields(), max_size=5))
    below = draw(st.lists(fields(), max_size=5))
    sender = ("From", f" Shop {draw(_words)} <orders@example.com>")
    return "".join(f"{name}:{value}\r\n" for name, value in (*above, sender, *below))


def _sendable(text: str) -> bytes:
    """White space at the very end has a CRLF behind it, as SMTP always has."""
    bare = text.rstrip(" \t")
    return (text if text == bare else f"{text}\r\n").encode()


bodies = st.lists(_bits, max_size=30).map("".join).map(_sendable)
"""With and without a CRLF at the end, with lines of white space, empty, and of empty lines only."""

mails = st.builds(lambda head, body: head.encode() + b"\r\n" + body, heads(), bodies)
