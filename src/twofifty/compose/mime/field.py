"""Header fields: name, colon, and a value folded at 78 characters where it can be folded."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from twofifty.compose.mime.address import header_address
from twofifty.compose.mime.clean import one_line
from twofifty.compose.mime.error import MimeError
from twofifty.compose.mime.mailbox import Mailbox
from twofifty.compose.mime.words import encoded_words

LINE = 78
ENCODED_LINE = 76
LONGEST_WORD = 900
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+")
DAYS = tuple("Mon Tue Wed Thu Fri Sat Sun".split())
MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())


def text_field(name: str, value: str) -> str:
    """An unstructured field, such as Subject. A long word is encoded, for then it can be folded."""
    text, room = one_line(value), ENCODED_LINE - len(name) - 2
    return _words_of(name, text) if _stays(text, room) else folded(name, encoded_words(text, room))


def further_field(name: str, value: str) -> str:
    """A field that may have a syntax of its own: ASCII words of up to 900 characters stay whole.

    Raises `MimeError` for a bad name.
    """
    if not _is_name(name):
        raise MimeError("header name", f"{name[:60]!r} is not letters, digits and hyphens")
    text = one_line(value)
    if _stays(text, LONGEST_WORD):
        return _words_of(name, text)
    return folded(name, encoded_words(text, ENCODED_LINE - len(name) - 2))


@lru_cache(maxsize=256)
def _is_name(name: str) -> bool:
    return FIELD_NAME.fullmatch(name) is not None


@lru_cache(maxsize=256)
def mailbox_field(name: str, mailbox: Mailbox) -> str:
    """From, To or Reply-To with one mailbox. Raises `MimeError` for a bad address. Kept, for the
    sender is always the same."""
    address = header_address(name, mailbox.address)
    shown = one_line(mailbox.name or "")
    if not shown:
        return folded(name, [address])
    return folded(name, [*_phrase(shown, ENCODED_LINE - len(name) - 2), f"<{address}>"])


def date_field(name: str, moment: datetime) -> str:
    """A date and time in the moment's own offset. Raises `MimeError` for a naive one."""
    offset = moment.utcoffset()
    if offset is None:
        raise MimeError(name, "the time has no offset from UTC")
    if offset % timedelta(minutes=1):
        moment, offset = moment.astimezone(UTC), timedelta()
    return _date(name, moment.replace(tzinfo=None, microsecond=0), offset)


@lru_cache(maxsize=64)
def _date(name: str, moment: datetime, offset: timedelta) -> str:
    """Kept, for many mails are written in a second."""
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return (
        f"{name}: {DAYS[moment.weekday()]}, {moment.day:02} {MONTHS[moment.month - 1]} "
        f"{moment.year:04} {moment.hour:02}:{moment.minute:02}:{moment.second:02} "
        f"{sign}{hours:02}{minutes:02}"
    )


def folded(name: str, words: Sequence[str]) -> str:
    """The field with its words in lines of at most 78 characters, a longer word in its own line."""
    line = f"{name}: {' '.join(words)}".rstrip()
    return line if len(line) <= LINE else "\r\n ".join(_packed(name, words))


def _words_of(name: str, text: str) -> str:
    """The field with a text of which any space may be a fold."""
    line = f"{name}: {text}"
    return line.rstrip() if len(line) <= LINE else folded(name, text.split(" "))


def _packed(name: str, words: Sequence[str]) -> list[str]:
    lines = [f"{name}: {words[0]}"]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) < LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _stays(text: str, longest: int) -> bool:
    """Whether the text may stand in a header without encoding."""
    if not text.isascii() or "=?" in text:
        return False
    return len(text) <= longest or max(map(len, text.split(" "))) <= longest


def _phrase(text: str, room: int) -> list[str]:
    """A display name: atoms, or a quoted string, or encoded words."""
    if not _stays(text, room - 2):
        return encoded_words(text, room)
    if ATOMS.fullmatch(text):
        return text.split(" ")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.split(" ")
