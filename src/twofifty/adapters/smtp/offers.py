"""What a server offers in its answer to EHLO (RFC 5321 4.1.1.1). Pure."""

import re

import msgspec

from twofifty.adapters.smtp.reply import RawReply


class Offers(msgspec.Struct, frozen=True):
    """The extensions that matter here. `size` 0 means that no limit was named (RFC 1870)."""

    pipelining: bool = False
    eight_bit: bool = False
    smtputf8: bool = False
    starttls: bool = False
    chunking: bool = False
    dsn: bool = False
    sized: bool = False
    size: int = 0
    auth: frozenset[str] = frozenset()


def read_offers(reply: RawReply) -> Offers:
    """The keywords after the first line. Unknown and malformed ones are passed over.

    `AUTH=PLAIN`, an old misspelling that some servers keep, counts as `AUTH PLAIN`.
    """
    keywords: dict[str, list[str]] = {}
    for line in reply.lines[1:]:
        words = line.decode("ascii", "replace").upper().replace("AUTH=", "AUTH ").split()
        if words:
            keywords.setdefault(words[0], []).extend(words[1:])
    return Offers(
        pipelining="PIPELINING" in keywords,
        eight_bit="8BITMIME" in keywords,
        smtputf8="SMTPUTF8" in keywords,
        starttls="STARTTLS" in keywords,
        chunking="CHUNKING" in keywords,
        dsn="DSN" in keywords,
        sized="SIZE" in keywords,
        size=_size(keywords.get("SIZE", [])),
        auth=frozenset(keywords.get("AUTH", ())),
    )


def _size(words: list[str]) -> int:
    return int(words[0]) if words and re.fullmatch("[0-9]{1,18}", words[0]) else 0
