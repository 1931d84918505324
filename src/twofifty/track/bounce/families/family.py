"""What a family of mail systems is known by."""

import re
from typing import Final

import msgspec

from twofifty.track.bounce.address import ADDRESS
from twofifty.track.bounce.words.table import pattern

_TO: Final = rf"[<\"']{{0,3}}({ADDRESS})[>\"']{{0,3}}"


class Family(msgspec.Struct, frozen=True):
    """One mail system. `mark`: what its notices alone have, in their sender, subject, mailer or
    text. `recipients`: where the address stands (group 1), the surest pattern first; none where
    the address begins a line, which every family's reader finds. `sure`: words that nobody but this
    system writes, so that they alone make it a notice. `delay`: what it says only while
    it goes on trying."""

    name: str
    mark: re.Pattern[str]
    recipients: tuple[re.Pattern[str], ...] = ()
    sure: re.Pattern[str] | None = None


def family(name: str, mark: str, *recipients: str, sure: str = "") -> Family:
    """A family. `mark` and `sure` are tables (a phrase a line); in `recipients`, `{to}` is where
    the address stands, with or without brackets."""
    return Family(
        name,
        pattern(mark),
        tuple(
            re.compile(said.replace("{to}", _TO), re.IGNORECASE | re.MULTILINE)
            for said in recipients
        ),
        pattern(sure) if sure else None,
    )
