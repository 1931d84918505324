"""What stands inside the envelopes that proxies, queues, recordings and lists put around a body."""

from collections.abc import Callable, Iterator

from twofifty.intake.node import Node

_MOST_LEVELS = 10


def opened(
    value: object,
    words: tuple[str, ...],
    is_one: Callable[[Node], bool] = lambda node: False,
    levels: int = _MOST_LEVELS,
) -> Iterator[Node]:
    """The documents in `value`: those that `is_one` knows, and what is no envelope any more.

    Lists are gone through. An object is an envelope where one of `words` names an object or a list
    in it; only these are opened, so that what lies beside them is never taken for a document.
    """
    if not levels:
        return
    if isinstance(value, list):
        inner = value
    elif not isinstance(value, dict):
        return
    else:
        inner = [value[word] for word in words if isinstance(value.get(word), dict | list)]
        if not inner or is_one(Node(value)):
            yield Node(value)
            return
    for each in inner:
        yield from opened(each, words, is_one, levels - 1)
