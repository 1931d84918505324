from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.mysql_log import decimals, values
from twofifty.adapters.mysql_log.charset import decoder
from twofifty.adapters.mysql_log.values import Form
from twofifty.adapters.mysql_log.wire import Fields, Garbled

_BYTES = (0, 1, 1, 2, 2, 3, 3, 4, 4, 4)


def binary(number: Decimal, precision: int, scale: int) -> bytes:
    """A DECIMAL as MySQL's documentation of `decimal2bin` says it is stored."""
    digits = f"{number.copy_abs():.{scale}f}"
    whole, _, part = digits.partition(".")
    whole = whole.zfill(precision - scale)[-(precision - scale) :] if precision > scale else ""
    short = len(whole) % 9
    groups = [whole[:short], *(whole[at : at + 9] for at in range(short, len(whole), 9))]
    groups += [part[at : at + 9] for at in range(0, len(part), 9)]
    data = b"".join(int(group).to_bytes(_BYTES[len(group)], "big") for group in groups if group)
    if number < 0:
        data = bytes(byte ^ 0xFF for byte in data)
    return bytes((data[0] ^ 0x80,)) + data[1:]


@given(st.data())
def test_every_decimal_keeps_each_of_its_digits(data: st.DataObject) -> None:
    precision = data.draw(st.integers(1, 65))
    scale = data.draw(st.integers(0, min(30, precision)))
    digits = data.draw(st.integers(-(10**precision) + 1, 10**precision - 1))
    number = Decimal(f"{digits}E-{scale}")
    stored = binary(number, precision, scale)
    assert len(stored) == sum(decimals.sizes(precision, scale))
    assert decimals.exact(stored, precision, scale) == number


READABLE = [
    *(Form(type_) for type_ in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13)),
    *(Form(type_, digits) for type_ in (17, 18, 19) for digits in range(7)),
    Form(246, 2 << 8 | 12),
    Form(246, 30 << 8 | 65),
    Form(16, 1 << 8 | 4),
    Form(254, 1 << 8 | 247, members=("a", "b")),
    Form(254, 2 << 8 | 248, members=tuple("abcdefghi")),
    *(Form(15, size, decode=decoder("utf8mb4")) for size in (20, 255, 256, 4_000)),
    Form(254, 20 << 8 | 254, decode=decoder("latin1")),
    *(Form(252, width, decode=decoder("binary")) for width in (1, 2, 3, 4)),
]


@given(st.sampled_from(READABLE), st.binary(min_size=40, max_size=80))
def test_going_over_a_value_ends_where_reading_it_ends(form: Form, data: bytes) -> None:
    try:
        _, end = values.reader(form)(data, 3)
    except (Garbled, OverflowError):
        return
    assert values.skipper(form)(data, 3)[1] == end


@pytest.mark.parametrize("type_", [243, 242, 14])
def test_a_type_that_is_not_known_is_named(type_: int) -> None:
    with pytest.raises(Garbled, match=str(type_)):
        values.reader(Form(type_))


def test_a_nought_moment_is_no_moment_of_1970() -> None:
    assert values.reader(Form(17, 0))(bytes(4), 0)[0] == "0000-00-00 00:00:00"
    assert values.reader(Form(7))(bytes(4), 0)[0] == "0000-00-00 00:00:00"


def test_a_long_char_mixes_its_length_with_its_type() -> None:
    """CHAR(255) of four bytes a sign: 1,020 bytes, whose upper bits are in the type's byte."""
    high = 0xFE ^ (1_020 >> 8) << 4
    assert values.real(values.STRING, (1_020 & 0xFF) << 8 | high) == (values.STRING, 1_020)


def test_the_five_gaps_of_windows_1252_are_read() -> None:
    decode = decoder("latin1")
    assert decode is not None
    assert decode(b"a\x80\x81\x9d") == "a€\x81\x9d"


def test_binary_keys_are_digits_with_their_noughts() -> None:
    decode = decoder("binary", 4)
    assert decode is not None
    assert decode(b"\x01\x02") == "01020000"


def test_a_character_set_that_nobody_knows_is_said() -> None:
    assert decoder("klingon") is None


@given(st.binary(max_size=30), st.integers(0, 40))
def test_fields_never_read_past_their_end(data: bytes, size: int) -> None:
    at = Fields(data)
    if size > len(data):
        with pytest.raises(Garbled):
            at.take(size)
    else:
        assert at.take(size) == data[:size]
