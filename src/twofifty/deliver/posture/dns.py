"""Questions to the DNS and their answers, as values."""

from collections.abc import Generator
from typing import Literal, TypeVar

import msgspec

Kind = Literal["A", "AAAA", "MX", "TXT", "PTR"]
T = TypeVar("T")


class Question(msgspec.Struct, frozen=True):
    """One record set. `name` is without the final dot."""

    name: str
    kind: Kind


class Answer(msgspec.Struct, frozen=True):
    """What is published under a name.

    `records`: addresses and names as text without the final dot, `MX` as `PREFERENCE HOST` (the
    host of a null MX is empty), `TXT` with its strings joined, bytes over 127 as Latin-1.
    `absent`: the name itself does not exist (NXDOMAIN). `unknown`: why nobody could say (no
    resolver, SERVFAIL, no answer in time); nothing may be concluded from such an answer.
    """

    records: tuple[str, ...] = ()
    absent: bool = False
    unknown: str = ""

    @property
    def void(self) -> bool:
        """Whether it is known that there is no such record (RFC 7208 4.6.4: a void look-up)."""
        return not self.records and not self.unknown


Asking = Generator[Question, Answer, T]
"""A judgement on its way: yields questions, is sent answers, returns T."""

NOWHERE = Answer(absent=True)


class Unknown(Exception):
    """A question that a judgement cannot do without could not be answered; `why` in words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def ask(name: str, kind: Kind) -> Asking[Answer]:
    """The answer, whatever it is. A name that DNS cannot carry does not exist."""
    name = name.rstrip(".")
    if not askable(name):
        return NOWHERE
    return (yield Question(name, kind))


def known(name: str, kind: Kind) -> Asking[Answer]:
    """The answer. Raises Unknown where there is none to be had."""
    answer = yield from ask(name, kind)
    if answer.unknown:
        raise Unknown(f"{kind} of {name}: {answer.unknown}")
    return answer


def askable(name: str) -> bool:
    """Whether a name fits DNS (RFC 1035 2.3.4): labels of 1 to 63 octets, 253 in all."""
    return 0 < len(name) <= 253 and all(0 < len(label) <= 63 for label in name.split("."))


def mail_hosts(answer: Answer) -> tuple[str, ...]:
    """The hosts of an MX answer, by preference."""
    pairs = (record.partition(" ") for record in answer.records)
    return tuple(host for _, _, host in sorted(pairs, key=_preference))


def _preference(pair: tuple[str, str, str]) -> int:
    return int(pair[0]) if pair[0].isdigit() else 65_536
