"""A body encoded piece by piece is the body encoded whole, but for soft line breaks."""

import quopri

from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mime import BodyEncoder

PARTS = [".", "From ", "From", "F", "rom ", "=", "é", "€", "😀", " ", "\t", "\n", "\r\n", "\0"]
PARTS += ["x" * size for size in (1, 18, 19, 20, 21, 40, 52, 53, 54, 55, 56, 57, 72, 73, 76, 77)]
PARTS += ["€" * size for size in range(1, 9)] + ["é" * size for size in range(1, 12)] + ["\ud83d"]
PARTS += ["a" * 54 + ".", "." * 200, "=" * 60, "é" * 60, "<b> " * 50]
PIECES = st.lists(st.sampled_from(PARTS), max_size=4).map("".join) | st.text(max_size=100)


@given(st.lists(PIECES, max_size=8), st.lists(PIECES, max_size=12), st.data())
def test_pieces_in_any_order_decode_to_their_text_and_are_clean(
    literals: list[str], values: list[str], data: st.DataObject
) -> None:
    pieces = data.draw(st.permutations(literals + values))
    encoded = BodyEncoder(literals).encode(pieces)
    text = "".join(_normal(piece) for piece in pieces)
    decoded = quopri.decodestring(encoded.replace(b"\r\n", b"\n"))
    assert decoded == f"{text}\n".encode()
    assert encoded.isascii()
    lines = encoded.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    for line in lines:
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ud83d", "\ufffd")


def test_a_piece_that_ends_far_right_ends_in_a_soft_break() -> None:
    encoder = BodyEncoder(['<td class="a">', "</td>\n"])
    assert encoder.encode(['<td class="a">', "12 €", "</td>\n"]) == (
        b'<td class=3D"a">=\r\n12 =E2=82=AC=\r\n</td>\r\n\r\n'
    )
