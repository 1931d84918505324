"""DECIMAL in its binary form, which columns and JSON share: nine digits in four bytes, the big
end first; the first bit is the sign, and a negative number has all bits turned over."""

from decimal import Decimal

_BYTES = (0, 1, 1, 2, 2, 3, 3, 4, 4, 4)


def sizes(precision: int, scale: int) -> tuple[int, int]:
    """How many bytes the digits before and behind the point take."""
    before, behind = divmod(precision - scale, 9), divmod(scale, 9)
    return before[0] * 4 + _BYTES[before[1]], behind[0] * 4 + _BYTES[behind[1]]


def exact(data: bytes, precision: int, scale: int) -> Decimal:
    """The number, with the digits behind the point that its column has."""
    negative = not data[0] & 0x80
    plain = bytes((data[0] ^ 0x80, *data[1:]))
    if negative:
        plain = bytes(byte ^ 0xFF for byte in plain)
    whole, _ = sizes(precision, scale)
    before = _digits(plain[:whole], precision - scale, leading=True)
    behind = _digits(plain[whole:], scale, leading=False)
    point = "." if scale else ""
    return Decimal(f"{'-' if negative else ''}{before or '0'}{point}{behind}")


def _digits(data: bytes, count: int, *, leading: bool) -> str:
    """`count` digits: groups of nine, the shorter group first (`leading`) or last."""
    full, left = divmod(count, 9)
    groups = [9] * full
    if left:
        groups.insert(0 if leading else full, left)
    written, pos = "", 0
    for group in groups:
        end = pos + _BYTES[group]
        written += f"{int.from_bytes(data[pos:end], 'big'):0{group}}"
        pos = end
    return written
