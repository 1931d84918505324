"""Documents damaged on purpose, and what an adapter may make of them."""

import copy
import random
from collections.abc import Callable
from typing import Any

from twofifty.errors import BadInput

JUNK: list[Any] = [None, "", 0, -1, True, [], {}, "x", [1], {"a": 1}, "1e999", 10**20, "NaN", 2.5]


def damaged(document: Any, chance: random.Random) -> Any:
    """A few values of other kinds in their place; of a text, a piece cut out or doubled."""
    if isinstance(document, str):
        first, second = sorted(chance.sample(range(len(document)), 2))
        middle = document[first:second]
        return document[:first] + chance.choice(("", middle * 2)) + document[second:]
    document = copy.deepcopy(document)
    holders = [document]
    for holder in holders:
        inner = holder.values() if isinstance(holder, dict) else holder
        holders += [each for each in inner if isinstance(each, dict | list) and each]
    for _ in range(chance.randint(1, 4)):
        holder = chance.choice(holders)
        place = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        holder[place] = copy.deepcopy(chance.choice(JUNK))
    return document


def outcome(read: Callable[[], object], *statuses: int) -> str:
    """The type of what `read` returns; `refused` where it says what, where, with a status of
    these; `badly refused` where not."""
    try:
        return type(read()).__name__
    except BadInput as bad:
        named = all(problem.path and problem.message for problem in bad.problems)
        said = bad.status in statuses and bad.problems and named
        return "refused" if said else "badly refused"
