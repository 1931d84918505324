"""Status words of a shop's own tables, as `[sources.NAME.tables.status]` lists them.

    completed = ["processing", "completed"]   from the first of these on, the order is told
    cancelled = ["cancelled"]                 and what each word says of the order
    paid = ["processing", "completed"]
    refunded = ["refunded"]
    fulfilled = ["completed"]

`completed = ["*"]`: every word, as long as there is one.
"""

import difflib
from collections.abc import Mapping
from typing import TypeVar, get_args

import msgspec

from twofifty.errors import SettingsError
from twofifty.order.model import Fulfillment, Payment

_Word = TypeVar("_Word", Payment, Fulfillment)

_PAYMENTS: Mapping[str, Payment] = {word: word for word in get_args(Payment)}
_FULFILLMENTS: Mapping[str, Fulfillment] = {word: word for word in get_args(Fulfillment)}
NAMES = ("completed", "cancelled", "draft", *_PAYMENTS, *_FULFILLMENTS)


class Words(msgspec.Struct, frozen=True):
    """What each word (in lower case) of the shop's status columns means. A completed order whose
    status says nothing of the payment is paid, as long as no column of its own says it."""

    completed: frozenset[str]
    cancelled: frozenset[str]
    draft: frozenset[str]
    payments: Mapping[str, Payment]
    fulfillments: Mapping[str, Fulfillment]

    def is_completed(self, word: str | None) -> bool:
        """Whether an order in this status counts."""
        return word is not None and (word.lower() in self.completed or "*" in self.completed)

    def is_cancelled(self, word: str | None) -> bool:
        """Whether this status says that the order is off."""
        return word is not None and word.lower() in self.cancelled

    def is_draft(self, word: str | None) -> bool:
        """Whether this status says that the order is none yet."""
        return word is not None and word.lower() in self.draft

    def payment(self, word: str | None) -> Payment | None:
        """What a status says of the payment."""
        return None if word is None else self.payments.get(word.lower())

    def fulfillment(self, word: str | None) -> Fulfillment | None:
        """What a status says of the shipping."""
        return None if word is None else self.fulfillments.get(word.lower())


def words(table: object) -> Words:
    """The words of a `status` table. Raises SettingsError."""
    lists = {name: _listed(name, value) for name, value in _table(table).items()}
    return Words(
        completed=lists.get("completed", frozenset()),
        cancelled=lists.get("cancelled", frozenset()),
        draft=lists.get("draft", frozenset()),
        payments=_meanings(lists, _PAYMENTS),
        fulfillments=_meanings(lists, _FULFILLMENTS),
    )


def _table(table: object) -> Mapping[str, object]:
    if not isinstance(table, dict):
        raise SettingsError("status: write a table of lists, such as completed = ['paid']")
    return table


def _listed(name: str, value: object) -> frozenset[str]:
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(NAMES)}"
        raise SettingsError(f"status.{name}: there is no such state; {hint}")
    items = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(item, str | int) for item in items):
        raise SettingsError(f"status.{name}: write a list of the words in your column")
    return frozenset(str(item).lower() for item in items)


def _meanings(
    lists: Mapping[str, frozenset[str]], known: Mapping[str, _Word]
) -> Mapping[str, _Word]:
    """The shop's words, and ours for whoever writes those."""
    said: dict[str, _Word] = {}
    for name, meaning in known.items():
        for word in lists.get(name, ()):
            if said.setdefault(word, meaning) != meaning:
                raise SettingsError(f"status: {word!r} stands under {said[word]} and under {name}")
    return {**known, **said}
