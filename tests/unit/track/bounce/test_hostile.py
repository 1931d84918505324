"""Mail made to stop the reader: its work grows with the text, and not with its square."""

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined]

import pytest
from hypothesis import given
from hypothesis import strategies as st

import twofifty.track.bounce as room
from twofifty.track.bounce import status
from twofifty.track.bounce.charset import decoded
from twofifty.track.bounce.families.family import Family
from twofifty.track.bounce.read import read
from twofifty.track.bounce.tame import BLANKS, SIGNS, tamed

SIGN = ["-", " ", "\n", ">", "<", ".", "1", "=", "*", "a", "a@", "- ", "\n ", "send ", "\xa0"]
_MANY = 400
READS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from twofifty.track.bounce.read import read
sign, size = sys.argv[1].encode().decode("unicode_escape").encode("latin-1"), int(sys.argv[2])
run = sign * (size // len(sign))
for head in (b"Subject: failure notice\\n\\n", b"Return-Path: <", b"From: ", b"Subject: "):
    read(head + run + b"\\x01 x@example.com\\n\\nhello\\n")
"""


def _patterns(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Family):
        yield from _patterns((value.mark, value.recipients, value.sure))
    elif isinstance(value, tuple):
        for one in value:
            yield from _patterns(one)


def _all() -> list[str]:
    names = [one.name for one in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]
    modules = [importlib.import_module(name) for name in names]
    found = (
        one for module in modules for value in vars(module).values() for one in _patterns(value)
    )
    return sorted({str(one.pattern) for one in found})


def _leading(parsed: object) -> Iterator[int]:
    """How often what a pattern begins with may come again, for each of its ways; nothing behind an
    anchor counts, for it is tried at few places."""
    for code, value in parsed:  # type: ignore[attr-defined]
        if code is _constants.AT:
            return
        if code in (_constants.ASSERT, _constants.ASSERT_NOT):
            continue
        if code is _constants.SUBPATTERN:
            yield from _leading(value[-1])
        elif code is _constants.BRANCH:
            for way in value[1]:
                yield from _leading(way)
        elif code in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            yield int(value[1])
            if value[0] == 0:
                continue
        return


# They are matched at one place, or nothing that may fail follows the run.
ONCE = (r"\s*([\w.+-]", r"\s*[245]", r"\s{9,}", r"[^\S\n]{41,}", r"([^\w\s])\1")


def test_no_pattern_begins_with_a_run_without_end() -> None:
    patterns = _all()
    assert len(patterns) > 200
    wide = [
        one
        for one in patterns
        if max(_leading(_parser.parse(one, re.X if "\\ " in one and "\n" in one else 0)), default=0)
        > _MANY
    ]
    assert [one[:60] for one in wide if not one.startswith(ONCE)] == []


@pytest.mark.parametrize("sign", SIGN)
def test_a_mail_of_one_sign_is_read_by_a_process_with_few_seconds(sign: str) -> None:
    word = sign.encode("unicode_escape").decode()
    done = subprocess.run((sys.executable, "-c", READS, word, "65536"), check=False)
    assert done.returncode == 0


@given(st.lists(st.sampled_from(["-" * 300, " " * 300, "\n" * 300, "\n \n" * 90, "a", "> "])))
def test_runs_are_short_after_taming(pieces: list[str]) -> None:
    text = tamed("".join(pieces))
    for run in (" " * (BLANKS + 1), "-" * (SIGNS + 1), "\n" * 4):
        assert run not in text


def test_a_recipient_broken_into_many_pieces_stays_small() -> None:
    text = "Final-Recipient: rfc822; a@example.com\n\n" + "X-Y: z\n\n" * 30_000
    _, (one,) = status.groups(text)
    assert len(one) <= 100


def test_a_codec_that_stumbles_is_no_fault() -> None:
    for raw in (b"\x1b$(\xff", b"\x1b.A\x1bN", b"\x1b$B\x1bN\x80", b"\x1b$(A\x1bN"):
        assert isinstance(decoded(raw, "iso-2022-jp-2"), str)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [b"\x1b$B", b"\x1b(", b"\x1b$(", b"\x1b.A", b"\x1bN", b"\x1b.F", b"\n"]
            ),
            st.binary(max_size=6),
        ),
        max_size=30,
    )
)
def test_escapes_in_any_order_are_read(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    assert read(raw).fingerprint
    assert read(b"Subject: " + raw + b"\n\n" + raw).fingerprint
    assert isinstance(decoded(b"\x1b$B" + raw, ""), str)


def test_no_line_of_a_family_begins_with_blanks_without_end() -> None:
    assert [one[:60] for one in _all() if one.startswith(r"^\s*") and "{1,200}@" in one] == []
