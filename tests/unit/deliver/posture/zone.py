"""A zone in memory that answers the questions of a judgement."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from twofifty.deliver.posture.dns import Answer, Asking, Kind, Question

T = TypeVar("T")
Zone = Mapping[tuple[str, Kind], Answer | Sequence[str]]


def answered(asking: Asking[T], zone: Zone) -> T:
    """The judgement, with every question answered from `zone`."""
    names = {name.lower() for name, _ in zone}
    try:
        question = next(asking)
        while True:
            question = asking.send(_answer(question, zone, names))
    except StopIteration as done:
        found: T = done.value
        return found


def _answer(question: Question, zone: Zone, names: set[str]) -> Answer:
    name = question.name.lower()
    found = zone.get((name, question.kind))
    if isinstance(found, Answer):
        return found
    if found is not None:
        return Answer(tuple(found))
    inside = any(one == name or one.endswith(f".{name}") for one in names)
    return Answer(absent=not inside)
