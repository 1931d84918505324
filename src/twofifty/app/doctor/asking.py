"""Has a judgement's questions answered."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from twofifty.app.doctor.looks import Look
from twofifty.deliver.posture.dns import Answer, Asking, Question
from twofifty.deliver.posture.finding import Finding, Findings
from twofifty.intake.log import Check

T = TypeVar("T")
LONGEST = 500


class Resolver(Protocol):
    """Who knows the DNS."""

    async def ask(self, question: Question) -> Answer:
        """Never raises: what cannot be said is `Answer.unknown`."""
        ...


async def answered(asking: Asking[T], resolver: Resolver) -> T:
    """The judgement, with its questions answered one after another."""
    try:
        question = next(asking)
        while True:
            question = asking.send(await resolver.ask(question))
    except StopIteration as done:
        found: T = done.value
        return found


def dns_look(name: str, judge: Callable[[], Asking[Findings]], resolver: Resolver) -> Look:
    """A judgement as a look."""

    def run() -> Awaitable[Sequence[Check]]:
        return _checks(judge(), resolver)

    return Look(name, run)


async def _checks(asking: Asking[Findings], resolver: Resolver) -> Sequence[Check]:
    return [as_check(found) for found in await answered(asking, resolver)]


def as_check(found: Finding) -> Check:
    """A finding as `doctor` prints it: what strangers publish may be long."""
    long = len(found.message) > LONGEST
    message = f"{found.message[:LONGEST]} ..." if long else found.message
    return Check(found.name, found.state, message)
