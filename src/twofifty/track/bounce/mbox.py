"""Mailbox files (RFC 4155): many mails in one, each after a line that begins with `From `. Pure."""

import re
from typing import Final

_SEPARATOR: Final = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n)|(?<=\r\r))From [^\r\n]{1,400}\d{4}[^\r\n]{0,40}(?=\r?\n|\r)"
)


def mails(raw: bytes) -> tuple[bytes, ...]:
    """The mails of a mailbox, in their order, each with its separator line. What has no separator
    at its beginning is one mail."""
    starts = [found.start() for found in _SEPARATOR.finditer(raw)]
    if not starts or raw[: starts[0]].strip():
        return (raw,)
    ends = [*starts[1:], len(raw)]
    return tuple(raw[start:end] for start, end in zip(starts, ends, strict=True))
